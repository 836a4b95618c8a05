using System.Globalization;

namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>
/// Tables that are drawn: prices of houses, applications for loans, messages. They have what real ones have: missing values, categories, quotation marks, columns that say nothing.
/// </summary>
internal static class SmallTables
{
    private static readonly string[] s_regions = ["north, by the sea", "south", "the \"old\" town"];
    private static readonly string[] s_offers = ["free", "prize", "winner", "claim", "cash", "urgent"];
    private static readonly string[] s_chats = ["lunch", "home", "later", "sorry", "love", "meet"];
    private static readonly string[] s_others = ["the", "a", "to", "you", "and", "is", "in", "for"];

    /// <summary>The columns of <see cref="Houses"/>.</summary>
    public static string[] HouseNames { get; } = ["Id", "Area", "Rooms", "Baths", "Garage", "Age", "Region", "Remark", "Price"];

    /// <summary>Houses, whose price most columns hint at.</summary>
    public static string[][] Houses(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double size = random.NextDouble();
            return (string[])
            [
                Text(1000 + i), random.Next(20) == 0 ? "NA" : Text(40 + 200 * Near(size)), Text(Math.Round(1 + 7 * Near(size))), Text(Math.Round(1 + 3 * Near(size))),
                random.Next(20) == 0 ? "" : Text(Math.Round(60 * Near(size))), Text(100 * Near(1 - size)), s_regions[random.Next(3)], $"seen {i}", Text(Math.Round(50_000 + 400_000 * Near(size))),
            ];
        })];

        double Near(double value) => Math.Clamp(value + 0.2 * (random.NextDouble() - 0.5), 0, 1);
    }

    /// <summary>Applicants, of whom the better off are accepted.</summary>
    public static string[][] Loans(int count, int seed) => [.. Houses(count, seed).Select(house => (string[])
        [.. house[1..8], double.Parse(house[8], CultureInfo.InvariantCulture) > 220_000 ? "yes" : "no"])];

    /// <summary>The columns of <see cref="Loans"/>.</summary>
    public static string[] LoanNames { get; } = [.. HouseNames[1..8], "Accepted"];

    /// <summary>Messages of two kinds.</summary>
    public static string[][] Messages(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            string[] own = i % 2 == 0 ? s_offers : s_chats;
            IEnumerable<string> words = Enumerable.Range(0, random.Next(8, 16)).Select(_ => Pick(random.Next(2) == 0 ? own : s_others));
            return (string[])[own == s_offers ? "spam" : "ham", string.Join(' ', words)];
        })];

        string Pick(string[] words) => words[random.Next(words.Length)];
    }

    /// <summary>Writes a table.</summary>
    public static string Write(string folder, string name, string[] columns, IEnumerable<string[]> rows, char separator = ',')
    {
        File.WriteAllLines(Path.Combine(folder, name), rows.Prepend(columns).Select(row => string.Join(separator, row.Select(Quoted))));
        return name;

        string Quoted(string cell) => separator != '\t' && cell.AsSpan().IndexOfAny(separator, '"') >= 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    private static string Text(double number) => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture);
}
