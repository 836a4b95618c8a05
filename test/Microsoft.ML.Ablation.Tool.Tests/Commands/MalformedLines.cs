using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Commands;
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Ablation.Tool.Tests.Commands;

/// <summary>
/// Command lines that are known to be wrong by how they are made: a value that its option cannot have, an option that no verb has, one without its value or
/// given twice, a word too many, options that contradict each other. None of them gets as far as data, so that none trains or downloads.
/// </summary>
internal sealed partial class MalformedLines(RootCommand root, int seed)
{
    private static readonly string[] s_numbers =
    [
        "abc", "", " ", "1,000", "0,001", "1.000,5", "1_000", "0x10", "٣", "１２", "1 2", "−1", "1;2", "NaN", "--", "5%", "½", "∞", "1e999", "-1e999", "\n", "12abc", "\u00A05", " 5",
        "null", "true", "$5", "(5)", "+-5", "1\u202F000",
    ];

    private static readonly string[] s_integers = ["1e3", "1.5", "1.0", "99999999999", "-99999999999", ".", "1/2"];

    /// <summary>What is wrong only together.</summary>
    private static readonly string[][] s_contradictions =
    [
        [], ["certifi"], ["--run"], ["Bounds"], ["train", "demo"],
        ["bounds", "-d", "10", "-k", "11"], ["bounds", "--counts", "2147483647,2147483647"], ["bounds", "--counts", "5"], ["bounds", "--counts", "0,0"],
        ["bounds", "--counts", "5,6", "--classes", "3"], ["bounds", "--values", "3"],
        ["train", "--generated", "--data", "photos"], ["train", "--generated", "--images", "a", "--labels", "b"], ["train", "--images", "a"], ["train", "--labels", "b"],
        ["train", "--generated", "--schedule", "Cosine", "--milestones", "3"], ["train", "--generated", "--schedule", "MultiStep"], ["train", "--milestones", "5,3"],
        ["train", "--generated", "--crop", "2", "--resized-crop"], ["train", "--recipe", "PaperCifar10", "--resized-crop"], ["demo", "--generated", "--crop", "1", "--resized-crop"],
        ["train", "--generated", "--contest-target", "0.8"], ["train", "--generated", "--contest-weight", "10"], ["train", "--generated", "--consistency", "1"],
        ["train", "--generated", "--masks-per-image", "1024", "--batch-size", "65536"], ["train", "--generated", "--patience", "3", "--validation-share", "0"],
        ["train", "--generated", "--epochs", "2", "--warm-up", "2"], ["train", "--generated", "--paper", "--tolerance", "1"], ["demo", "--generated", "--paper", "--target", "1"],
        ["train", "--generated", "--paper", "--adaptive"], ["train", "--generated", "--paper", "--rule", "Gap"], ["train", "--generated", "--budget", "1m", "--epochs", "2"], ["train", "--generated", "--masks", "7", "--paper"],
        ["train", "--generated", "--history", "same", "--checkpoint", "same"], ["demo", "--generated", "--data", "photos"],
        ["train", "--generated", "--adaptive", "--votes", "100", "--selection-votes", "0"],
        ["certify", "--model", "none.zip"], ["certify", "--model", "none.zip", "--cluster-id", "x"], ["attack", "--model", "none.zip", "--steps", "5"],
        ["attack", "--model", "none.zip", "--attack", "SparseRandomSearch", "--restarts", "2"], ["attack", "--model", "none.zip", "--ablations", "5"],
        ["train", "--generated", "--k", "9", "--masks", "7"], ["demo", "--generated", "--bands", "3", "--blocks", "3"], ["train", "--generated", "--masks", "7", "--votes", "5"],
        ["train", "--generated", "--masks", "7", "--initial-retained-scale", "2"], ["demo", "--generated", "--masks", "7", "--patch", "1x2"], ["demo", "--generated", "--k", "45", "--against", "Patch"],
        ["bounds", "--masks", "7", "--alpha", "0.1"], ["bounds", "--masks", "11", "--d", "10"], ["bounds", "--bands", "3", "--d", "10"],
        ["evaluate", "--run", "first", "second", "--out", "rows.csv"], ["evaluate", "--run", "nowhere"], ["report", "--run", "nowhere", "--out", "page.html"],
        ["bench", "--cluster", "localhost"], ["bench", "--model", "none.zip"], ["bench", "--cluster-id", "x"], ["bench", "--rows", "5"],
        ["worker", "--address", "10.0.0.5"], ["worker", "--certificate", "none.pem"], ["worker", "--cluster-secret", "none.txt"],
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next line.</summary>
    public string[] Next()
    {
        CliCommand verb = Pick([.. root.Subcommands]);
        return _random.Next(12) switch
        {
            < 5 => [.. Around(verb, Wrong(verb))],
            5 => [.. Around(verb, [Unknown()])],
            6 => [verb.Name, .. Good(verb), ValueOptions(verb) is { Length: > 0 } options ? Pick(Pick(options)) : Unknown()],
            7 => [.. Around(verb, Twice(verb))],
            8 => [.. Around(verb, [Pick(["word", "7", "@file", "@.", "", "-", "\t", "bounds", "ı", "[x]"])])],
            9 => [.. Around(verb, [$"{Pick(Flags(verb))}={Pick(["abc", "1", "yes", "0", "true,false"])}"])],
            _ => Pick(s_contradictions),
        };
    }

    /// <summary>Values that an option cannot have.</summary>
    public static IEnumerable<string> WrongValues(Option option)
    {
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(int) || type == typeof(double))
            return [.. s_numbers, .. type == typeof(int) ? s_integers : [], .. Beyond(option, type)];
        if (type.IsEnum)
        {
            string first = Enum.GetNames(type)[0];
            return ["0", "1", "3", "-1", "99", "Foo", "", " ", $"{first},{Enum.GetNames(type)[1]}", $"{first} ", $" {first}", $"{first}x", "null"];
        }
        if (type == typeof(int[]))
            return ["5,x", "", ",", "1,,2", "1;2", "1.5,2", "1e3", "99999999999,1", "-1,5", "1, 2", "٣,4"];
        if (type == typeof(IPAddress))
            return ["abc", "", "10", "1.2.3", "1.2.3.4.5", "256.1.1.1", "localhost", "0x7f.0.0.1", "1,2,3,4"];
        if (type == typeof(Uri))
            return ["localhost", "", "ftp://host", "http//host", "host:4317", "/x"];
        if (type == typeof(ClusterMembership))
            return ["local", "", "redis", "redis:", "localhost:0", "localhost:99999", "localhost:x", "localhost:1,000", "postgres:", "mongo:x", "postgres:Bogus=1"];
        return ["", "  ", "-", "-q", "--json", "--quiet"];
    }

    /// <summary>Numbers just beyond the limits that an option tells.</summary>
    private static IEnumerable<string> Beyond(Option option, Type type)
    {
        Match limits = Limits().Match(((IValueOption)option).Kind.Allowed);
        Assert.IsTrue(limits.Success, $"{option.Name} tells no limits");
        double step = type == typeof(int) ? 1 : 1e-6;
        foreach ((Group limit, double beyond) in new[] { (limits.Groups["least"], -step), (limits.Groups["most"], step) })
        {
            if (limit.Success)
                yield return (double.Parse(limit.Value, CultureInfo.InvariantCulture) + beyond).ToString("0.######", CultureInfo.InvariantCulture);
        }
    }

    private IEnumerable<string> Around(CliCommand verb, IEnumerable<string> wrong)
        => _random.Next(2) == 0 ? [verb.Name, .. wrong, .. Good(verb)] : [verb.Name, .. Good(verb), .. wrong];

    private string[] Wrong(CliCommand verb)
    {
        if (ValueOptions(verb) is not { Length: > 0 } options)
            return [Unknown()];
        Option option = Pick(options);
        string value = Pick([.. WrongValues(option)]);
        return _random.Next(3) == 0 ? [$"{Pick(option)}={value}"] : [Pick(option), value];
    }

    private string[] Twice(CliCommand verb)
    {
        Option[] options = [.. ValueOptions(verb).Where(option => option.Arity.MaximumNumberOfValues == 1)];
        if (options.Length == 0)
            return [Unknown()];
        Option option = Pick(options);
        string value = GoodValue(option);
        return [Pick(option), value, Pick(option), value];
    }

    /// <summary>Some flags, which fit everything.</summary>
    private IEnumerable<string> Good(CliCommand verb) => Flags(verb).Where(_ => _random.Next(4) == 0);

    private static string GoodValue(Option option)
    {
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type.IsEnum ? Enum.GetNames(type)[0] : type == typeof(IPAddress) ? "127.0.0.1" : type == typeof(Uri) ? "http://host" : type == typeof(ClusterMembership) ? "localhost"
            : type == typeof(double) ? "0.75" : type == typeof(int[]) ? "1,2" : "100";
    }

    private string Unknown() => "--" + string.Concat(Enumerable.Range(0, _random.Next(3, 9)).Select(_ => (char)('a' + _random.Next(26)))) + "-x";

    private static Option[] ValueOptions(CliCommand verb)
        => [.. verb.Options.Where(option => option is not HelpOption && (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) != typeof(bool))];

    private static string[] Flags(CliCommand verb)
        => [.. verb.Options.Where(option => option is not HelpOption && (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(bool))
            .Select(option => option.Name)];

    private string Pick(Option option) => Pick([option.Name, .. option.Aliases]);

    private T Pick<T>(T[] among) => among[_random.Next(among.Length)];

    [GeneratedRegex(@"(from|above) (?<least>-?[0-9.]+)( to (below )?(?<most>[0-9.]+))?$")]
    private static partial Regex Limits();
}
