using System.Text.Json.Serialization;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>The outcome of a certification, as <c>--json</c> prints it.</summary>
/// <param name="Metrics">The metrics of the rows.</param>
/// <param name="Scheme">How rows were voted on.</param>
internal sealed record CertificationResult([property: JsonIgnore] CertifiedMetrics Metrics, [property: JsonIgnore] VotingScheme Scheme)
{
    public required string Data { get; init; }

    public long Rows => Metrics.RowCount;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Positions => Scheme.Positions;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetainedPixels => Sampled?.K;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SelectionVotes => Sampled?.Plan.SelectionCount;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EstimationVotes => Sampled?.Plan.EstimationCount;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Alpha => Sampled?.Options.Alpha;

    /// <summary>The number of fixed masks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Masks => Fixed?.Family.Count;

    /// <summary>What fixed masks certify against.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Against => Fixed is null ? null : Scheme.Unit.Attack.ToString();

    /// <summary>Rows and columns of a patch of radius 1, where patches are certified.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[]? Patch => Scheme.Unit.IsPatch ? [Scheme.Unit.Height, Scheme.Unit.Width] : null;

    public string Rule => Scheme.Rule.ToString();

    public double Accuracy => Metrics.ClassificationAccuracy;

    public double AbstainedShare => Metrics.AbstainedShare;

    /// <summary>In pixels, or in sizes of the patch.</summary>
    public int? MedianCertifiedRadius => Metrics.MedianCertifiedRadius;

    /// <summary>Certified accuracy at ρ = 0, 1, 2, …</summary>
    public IReadOnlyList<double> CertifiedAccuracy => Metrics.CertifiedAccuracy;

    public double? Seconds { get; init; }

    public string? Table { get; init; }

    public string? Run { get; init; }

    public string? Model { get; init; }

    public double? TrainingSeconds { get; init; }

    /// <summary>Passes over the training images; null where the model was not trained just now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Epochs { get; init; }

    /// <summary>The report; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Page { get; init; }

    /// <summary>The share of the rows that have the most frequent label: what a model has to be better than.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MostFrequentShare { get; init; }

    private SampledScheme? Sampled => Scheme as SampledScheme;

    private MaskScheme? Fixed => Scheme as MaskScheme;

    public void Print(IAnsiConsole console)
    {
        PrintAll(console, [this]);
        foreach (string sentence in Meaning())
            console.Profile.Out.Writer.WriteLine(sentence);
    }

    /// <summary>What the figures mean, in sentences.</summary>
    public IEnumerable<string> Meaning()
    {
        yield return Invariant($"Right on {Count(Accuracy)} of {Rows} images.");
        if (Metrics.CertifiedAccuracyAt(1) > 0)
            yield return Invariant($"{Count(Metrics.CertifiedAccuracyAt(1))} of them stay right {(Scheme.Unit.IsPatch ? $"under every {Scheme.Unit.Name} of 1" : "whichever pixel is changed, to whatever value")}.");
        if (Metrics.MedianCertifiedRadius is > 0 and int median)
            yield return $"Half of all images stay right: no {Scheme.Unit.Change(median)} can change the answer.";
        else
            yield return "That is less than half of all images: none of the figures is a guarantee for most of them. More images, or a longer training, would help.";
        if (MostFrequentShare is { } frequent && Accuracy <= frequent)
            yield return Invariant($"Warning: {100 * frequent:F1} % of the images are of one class, so that the model is no better than that class as the only answer.");
        yield return Scheme.Confidence;

        long Count(double share) => (long)Math.Round(share * Rows);
    }

    /// <summary>Prints a table with a column for each result.</summary>
    public static void PrintAll(IAnsiConsole console, IReadOnlyList<CertificationResult> results)
    {
        RadiusUnit[] units = [.. results.Select(result => result.Scheme.Unit).Distinct()];
        var table = new Spectre.Console.Table { Border = TableBorder.Simple };
        table.AddColumn($"Certified against {string.Join(" or ", units.Select(unit => unit.Against).Distinct())}");
        foreach (string name in results.Count == 1 ? [""] : RunNames.Of([.. results.Select(result => result.Run ?? result.Data)]))
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        Add("Data", result => Markup.Escape(result.Data));
        Add("Rows", result => Invariant($"{result.Rows}"));
        AddWhereAny("Retained pixels k of d", result => result.Scheme.Retained);
        AddWhereAny("Masks", result => result.Scheme.Masks);
        Add("Votes per row", result => result.Scheme.Votes);
        Add(results.Any(result => result.Alpha is not null) ? "Rule, alpha" : "Rule", result => result.Scheme.RuleAndAlpha);
        Add("Accuracy", result => Percent(result.Accuracy));
        Add("Abstained", result => Percent(result.AbstainedShare));
        foreach (RadiusUnit unit in units)
        {
            AddWhereAny($"Median certified {unit.Name}", result => result.Scheme.Unit != unit ? null
                : result.MedianCertifiedRadius is { } median ? unit.Show(median) : "N/A");
            int largest = Math.Max(1, results.Where(result => result.Scheme.Unit == unit).Max(result => result.CertifiedAccuracy.Count));
            for (int rho = 0; rho < largest; rho = rho == 0 ? 1 : 2 * rho)
            {
                AddWhereAny(Invariant($"Certified accuracy at {unit.Letter} = {rho}"),
                    result => result.Scheme.Unit == unit ? Percent(result.Metrics.CertifiedAccuracyAt(rho)) : null);
            }
        }
        console.Write(table);

        void Add(string title, Func<CertificationResult, string> cell) => table.AddRow([title, .. results.Select(cell)]);

        // What only some of the results have.
        void AddWhereAny(string title, Func<CertificationResult, string?> cell)
        {
            if (results.Any(result => cell(result) is not null))
                Add(title, result => cell(result) ?? "");
        }
    }

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
