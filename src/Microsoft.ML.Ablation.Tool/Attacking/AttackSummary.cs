using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Attacks;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Attacking;

/// <summary>The outcome of an attack, as <c>--json</c> prints it.</summary>
/// <param name="Metrics">The metrics of the attack.</param>
internal sealed record AttackSummary([property: JsonIgnore] AttackMetrics Metrics)
{
    private static readonly int[] s_radii = [0, 1, 2, 4, 8, 16, 32];

    private CertifiedMetrics? Certified => Metrics.Certified;

    public required string Data { get; init; }

    public required string Attack { get; init; }

    /// <summary>What distances are multiples of; null where they are numbers of pixels.</summary>
    public PatchUnit? Patch => Metrics.Patch;

    public int Rows => Metrics.RowCount;

    public int? MedianDistance => Metrics.MedianDistance;

    public int? MedianCertifiedRadius => Certified?.MedianCertifiedRadius;

    /// <summary>Share of rows that are not broken with ρ = 0, 1, 2, … pixels, or a patch of size ρ, up to 32.</summary>
    public IReadOnlyList<double> RobustAccuracy => [.. Enumerable.Range(0, s_radii[^1] + 1).Select(Metrics.RobustAccuracyAt)];

    public IReadOnlyList<double>? CertifiedAccuracy => Certified?.CertifiedAccuracy;

    public int Unverified => Metrics.UnverifiedCount;

    public int Refuted => Metrics.RefutedCount;

    public long Queries => Metrics.Cost.Queries;

    public long Votes => Metrics.Cost.Votes;

    public double VotesPerQuery => Math.Round((double)Votes / Queries, 1);

    public double QueriesPerSecond => Math.Round(Queries / Metrics.Seconds, 1);

    public double Seconds => Math.Round(Metrics.Seconds, 1);

    public string? Table { get; init; }

    public string? Run { get; init; }

    public void Print(IAnsiConsole console)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Simple };
        table.AddColumn($"{Attack} attack");
        table.AddColumn(new TableColumn("broken by the attack").RightAligned());
        if (Certified is not null)
            table.AddColumn(new TableColumn("certified").RightAligned());
        Add("Data", Markup.Escape(Data), null);
        Add("Rows", Invariant($"{Rows}"), null);
        Add("Median", Size(MedianDistance), Size(MedianCertifiedRadius));
        foreach (int rho in s_radii)
            Add(Patch is null ? Invariant($"Accuracy at ρ = {rho}") : $"Accuracy at {Size(rho)}", $"at most {Percent(Metrics.RobustAccuracyAt(rho))}", Certified is null ? null : $"at least {Percent(Certified.CertifiedAccuracyAt(rho))}");
        Add("Successes that fresh votes do not confirm", Invariant($"{Unverified}"), null);
        if (Certified is not null)
            Add("Certificates refuted", Invariant($"{Refuted}"), null);
        Add("Votes per query", Invariant($"{VotesPerQuery}"), null);
        Add("Queries per second", Invariant($"{QueriesPerSecond}"), null);
        console.Write(table);

        void Add(string title, string attacked, string? certified)
            => table.AddRow(Certified is null ? [title, attacked] : [title, attacked, certified ?? ""]);
    }

    private string Size(int? size) => SizeOf(size, Patch);

    /// <summary>What an attack changes, in pixels.</summary>
    /// <param name="size">The number of pixels, or the multiple of the patch; null where there is none.</param>
    /// <param name="patch">The patch; null for single pixels.</param>
    public static string SizeOf(int? size, PatchUnit? patch) => (size, patch) switch
    {
        (null, _) => "N/A",
        ({ } pixels, null) => Invariant($"{pixels} pixels"),
        ({ } multiple, { } unit) => $"{new PatchUnit(multiple * unit.Height, multiple * unit.Width)} pixels",
    };

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
