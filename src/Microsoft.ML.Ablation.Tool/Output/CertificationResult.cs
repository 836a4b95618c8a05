using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>The outcome of a certification, as <c>--json</c> prints it.</summary>
/// <param name="Metrics">The metrics of the rows.</param>
internal sealed record CertificationResult([property: JsonIgnore] CertifiedMetrics Metrics)
{
    public required string Data { get; init; }

    public long Rows => Metrics.RowCount;

    public required int Positions { get; init; }

    public required int RetainedPixels { get; init; }

    public required int SelectionVotes { get; init; }

    public required int EstimationVotes { get; init; }

    public required double Alpha { get; init; }

    public required string Rule { get; init; }

    public double Accuracy => Metrics.ClassificationAccuracy;

    public double AbstainedShare => Metrics.AbstainedShare;

    public int? MedianCertifiedRadius => Metrics.MedianCertifiedRadius;

    /// <summary>Certified accuracy at ρ = 0, 1, 2, …</summary>
    public IReadOnlyList<double> CertifiedAccuracy => Metrics.CertifiedAccuracy;

    public double? Seconds { get; init; }

    public string? Table { get; init; }

    public string? Run { get; init; }

    public string? Model { get; init; }

    public double? TrainingSeconds { get; init; }

    /// <summary>A result of rows that were certified under some options, with votes of a plan.</summary>
    public static CertificationResult From(CertifiedMetrics metrics, string data, int positions, int retainedPixels, SamplingPlan plan,
        CertificationOptions options) => new(metrics)
        {
            Data = data,
            Positions = positions,
            RetainedPixels = retainedPixels,
            SelectionVotes = plan.SelectionCount,
            EstimationVotes = plan.EstimationCount,
            Alpha = options.Alpha,
            Rule = options.Rule.ToString(),
        };

    public void Print(IAnsiConsole console) => PrintAll(console, [this]);

    /// <summary>Prints a table with a column for each result.</summary>
    public static void PrintAll(IAnsiConsole console, IReadOnlyList<CertificationResult> results)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Simple };
        table.AddColumn("Certified against changed pixels");
        foreach (CertificationResult result in results)
            table.AddColumn(new TableColumn(results.Count == 1 ? "" : Markup.Escape(result.Run ?? "")).RightAligned());
        Add("Data", result => Markup.Escape(result.Data));
        Add("Rows", result => Invariant($"{result.Rows}"));
        Add("Retained pixels k of d", result => Invariant($"{result.RetainedPixels} of {result.Positions}"));
        Add("Votes per row", result => Invariant($"{result.SelectionVotes} + {result.EstimationVotes}"));
        Add("Rule, alpha", result => Invariant($"{result.Rule}, {result.Alpha}"));
        Add("Accuracy", result => Percent(result.Accuracy));
        Add("Abstained", result => Percent(result.AbstainedShare));
        Add("Median certified radius", result => result.MedianCertifiedRadius is { } median ? Invariant($"{median} pixels") : "N/A");
        int largest = results.Max(result => result.CertifiedAccuracy.Count);
        for (int rho = 0; rho < largest; rho = rho == 0 ? 1 : 2 * rho)
            Add(Invariant($"Certified accuracy at ρ = {rho}"), result => Percent(result.Metrics.CertifiedAccuracyAt(rho)));
        console.Write(table);

        void Add(string title, Func<CertificationResult, string> cell) => table.AddRow([title, .. results.Select(cell)]);
    }

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
