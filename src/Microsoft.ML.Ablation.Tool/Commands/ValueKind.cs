using System.Globalization;
using System.Net;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>
/// What an option takes, and how it is read: the same on every machine. Numbers have a decimal point and no separators, names are those
/// that are listed.
/// </summary>
internal sealed class ValueKind
{
    private readonly Func<string, object?> _read;

    /// <param name="type">The type of the values.</param>
    /// <param name="allowed">What is allowed, in words that follow "it must be".</param>
    /// <param name="placeholder">What stands for a value in help.</param>
    /// <param name="read">The value of a text; null where that is not allowed.</param>
    /// <param name="choices">All values that are allowed, where they can be listed.</param>
    private ValueKind(Type type, string allowed, string placeholder, Func<string, object?> read, params string[] choices)
    {
        (Type, Allowed, Placeholder, Choices) = (type, allowed, placeholder, choices);
        _read = read;
    }

    /// <summary>The type of the values.</summary>
    public Type Type { get; }

    /// <summary>What is allowed, in words that follow "it must be".</summary>
    public string Allowed { get; }

    /// <summary>What stands for a value in help; empty for a flag.</summary>
    public string Placeholder { get; }

    /// <summary>All values that are allowed, where they can be listed; else empty.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>Given or not; "true" and "false" may follow.</summary>
    public static ValueKind Flag { get; } = new(typeof(bool), "true or false, or be left out", "", text => bool.TryParse(text, out bool value) ? value : null);

    /// <summary>Any text but none.</summary>
    public static ValueKind Text { get; } = OfText("a text that is not empty and does not begin with '-'", "TEXT");

    /// <summary>A file or a folder that is read.</summary>
    public static ValueKind Input { get; } = OfText("the name of a file or folder; ./-NAME for one that begins with '-'", "PATH");

    /// <summary>A file or a folder that is written.</summary>
    public static ValueKind Output { get; } = OfText("the name of a file or folder; ./-NAME for one that begins with '-', which is not stdout here", "PATH");

    /// <summary>A file that is written, whose name says its format.</summary>
    /// <param name="endings">The endings of names that are known, such as .csv.</param>
    public static ValueKind File(params string[] endings) => new(typeof(string), $"the name of a file that ends in {Listed(endings)}", "FILE",
        text => text.StartsWith('-') || string.IsNullOrWhiteSpace(Path.GetFileNameWithoutExtension(text))
            || !endings.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase) ? null : text);

    /// <summary>The address of a machine.</summary>
    public static ValueKind IP { get; } = new(typeof(IPAddress), "an IP address, such as 10.0.0.5", "ADDRESS", text =>
        // What is short for an address is rather a mistake: 10 would be 0.0.0.10.
        IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':') || address.ToString() == text) ? address : null);

    /// <summary>The address of a server.</summary>
    public static ValueKind Url { get; } = new(typeof(Uri), "a URL, such as http://localhost:4317", "URL", text =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null);

    /// <summary>Where a service listens: addresses with semicolons between, as ASP.NET Core has them.</summary>
    public static ValueKind Listening { get; } = new(typeof(Uri[]), "http://ADDRESS:PORT, such as http://127.0.0.1:5000, or several with semicolons between; the port 0 is a free one", "URL", text =>
    {
        Uri?[] addresses = [.. text.Split(';').Select(part => Uri.TryCreate(part, UriKind.Absolute, out Uri? address)
            && address is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" } ? address : null)];
        return addresses.All(address => address is not null) ? addresses.Select(address => address!).ToArray() : null;
    });

    /// <summary>Where the members of a cluster are registered.</summary>
    public static ValueKind Cluster { get; } = new(typeof(ClusterMembership), "localhost, localhost:PORT, redis:HOST:PORT or \"postgres:Host=…;Database=…\"", "CLUSTER",
        ClusterMembership.Parse);

    /// <summary>A whole number.</summary>
    public static ValueKind Integer(int least, int most) => new(typeof(int), Invariant($"a whole number from {least} to {most}"), "N",
        text => ParseInteger(text) is { } value && value >= least && value <= most ? value : null);

    /// <summary>Whole numbers with commas between.</summary>
    public static ValueKind Integers(int least, int most, string example) => new(typeof(int[]),
        Invariant($"whole numbers from {least} to {most} with commas between, such as {example}"), "N,N,...", text =>
        {
            int?[] values = [.. text.Split(',').Select(ParseInteger)];
            return values.All(value => value >= least && value <= most) ? values.Select(value => value!.Value).ToArray() : null;
        });

    /// <summary>Numbers with commas between.</summary>
    /// <param name="least">The least one, which is allowed itself if <paramref name="orLeast"/>.</param>
    /// <param name="orLeast">Whether it is.</param>
    /// <param name="example">Some of them.</param>
    public static ValueKind Numbers(double least, bool orLeast, string example)
    {
        ValueKind one = Number(least, orLeast: orLeast);
        return new(typeof(float[]), $"numbers with commas between, such as {example}, each {one.Allowed}", "X,X,...", text =>
        {
            double?[] values = [.. text.Split(',').Select(part => (double?)one.Read(part))];
            return values.All(value => value is not null) ? values.Select(value => (float)value!.Value).ToArray() : null;
        });
    }

    /// <summary>A length of time: a whole number with s, m or h for its unit.</summary>
    public static ValueKind Time { get; } = new(typeof(TimeSpan), "a whole number of seconds, minutes or hours up to 10000, such as 90s, 30m or 2h", "TIME", text =>
    {
        double seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return seconds > 0 && ParseInteger(text[..^1]) is >= 1 and <= 10_000 and int count ? TimeSpan.FromSeconds(count * seconds) : null;
    });

    /// <summary>Rows and columns, such as 2x3.</summary>
    public static ValueKind Size(int most) => new(typeof(PatchSize), Invariant($"rows and columns from 1 to {most} with an x between, such as 2x3"), "NxN", text =>
    {
        int?[] sides = [.. text.Split('x').Select(ParseInteger)];
        return sides is [{ } height, { } width] && height >= 1 && height <= most && width >= 1 && width <= most ? new PatchSize(height, width) : null;
    });

    /// <summary>A number.</summary>
    /// <param name="least">The least one.</param>
    /// <param name="most">The largest one; infinity for none.</param>
    /// <param name="orLeast">Whether the least one is allowed itself.</param>
    /// <param name="orMost">Whether the largest one is.</param>
    public static ValueKind Number(double least, double most = double.PositiveInfinity, bool orLeast = true, bool orMost = true)
    {
        string from = Invariant($"a number {(orLeast ? "from" : "above")} {least}");
        return new(typeof(double), double.IsFinite(most) ? Invariant($"{from} {(orMost ? "to" : "to below")} {most}") : from, "X", text =>
            double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
                out double value) && double.IsFinite(value) && (value > least || (orLeast && value == least)) && (value < most || (orMost && value == most))
                ? value
                : null);
    }

    /// <summary>One of the names of an enumeration, all or some of them; case does not matter.</summary>
    public static ValueKind Name<T>(params T[] among)
        where T : struct, Enum
    {
        T[] values = among.Length > 0 ? among : Enum.GetValues<T>();
        string[] names = [.. values.Select(value => value.ToString())];
        return new(typeof(T), $"one of {string.Join(", ", names)}", "NAME",
            text => Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and int index ? values[index] : null, names);
    }

    /// <summary>The value of a text; null where it is not allowed.</summary>
    /// <exception cref="FormatException">It is not allowed, and why is said.</exception>
    public object? Read(string text) => _read(text);

    private static string Listed(string[] endings) => endings.Length == 1 ? endings[0] : $"{string.Join(", ", endings[..^1])} or {endings[^1]}";

    /// <summary>The parser takes the option that follows one without its value for that value.</summary>
    private static ValueKind OfText(string allowed, string placeholder)
        => new(typeof(string), allowed, placeholder, text => string.IsNullOrWhiteSpace(text) || text.StartsWith('-') ? null : text);

    private static int? ParseInteger(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
