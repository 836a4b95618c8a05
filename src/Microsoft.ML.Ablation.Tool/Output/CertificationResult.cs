using Microsoft.ML.Ablation;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>The outcome of a certification, as <c>--json</c> prints it.</summary>
internal sealed record CertificationResult
{
    public required string Data { get; init; }

    public required long Rows { get; init; }

    public required int Positions { get; init; }

    public required int RetainedPixels { get; init; }

    public required int SelectionVotes { get; init; }

    public required int EstimationVotes { get; init; }

    public required double Alpha { get; init; }

    public required string Rule { get; init; }

    public required double Accuracy { get; init; }

    public required double AbstainedShare { get; init; }

    public required int? MedianCertifiedRadius { get; init; }

    /// <summary>Certified accuracy at ρ = 0, 1, 2, …</summary>
    public required IReadOnlyList<double> CertifiedAccuracy { get; init; }

    public required double Seconds { get; init; }

    public required string? Csv { get; init; }

    public string? Model { get; init; }

    public double? TrainingSeconds { get; init; }

    public static CertificationResult From(CertifiedMetrics metrics, string data, SmoothedCertifierTransformer certifier, int positions,
        TimeSpan time, string? csv) => new()
        {
            Data = data,
            Rows = metrics.RowCount,
            Positions = positions,
            RetainedPixels = certifier.RetainedPixels,
            SelectionVotes = certifier.Options.Plan.SelectionCount,
            EstimationVotes = certifier.Options.Plan.EstimationCount,
            Alpha = certifier.Options.Alpha,
            Rule = certifier.Options.Rule.ToString(),
            Accuracy = metrics.ClassificationAccuracy,
            AbstainedShare = metrics.AbstainedShare,
            MedianCertifiedRadius = metrics.MedianCertifiedRadius,
            CertifiedAccuracy = metrics.CertifiedAccuracy,
            Seconds = Math.Round(time.TotalSeconds, 1),
            Csv = csv,
        };

    public void Print(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Certified against changed pixels").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("Data", Markup.Escape(Data));
        table.AddRow("Rows", Invariant($"{Rows}"));
        table.AddRow("Retained pixels k of d", Invariant($"{RetainedPixels} of {Positions}"));
        table.AddRow("Votes per row", Invariant($"{SelectionVotes} + {EstimationVotes}"));
        table.AddRow("Rule, alpha", Invariant($"{Rule}, {Alpha}"));
        table.AddRow("Accuracy", Percent(Accuracy));
        table.AddRow("Abstained", Percent(AbstainedShare));
        table.AddRow("Median certified radius", MedianCertifiedRadius is { } median ? Invariant($"{median} pixels") : "N/A");
        for (int rho = 0; rho < CertifiedAccuracy.Count; rho = rho == 0 ? 1 : 2 * rho)
            table.AddRow(Invariant($"Certified accuracy at ρ = {rho}"), Percent(CertifiedAccuracy[rho]));
        console.Write(table);
    }

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
