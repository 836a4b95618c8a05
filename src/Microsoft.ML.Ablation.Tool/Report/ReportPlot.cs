using Microsoft.ML.Ablation.Reports;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A plot of a page.</summary>
/// <param name="Name">Its name in the page and, without an ending, as a file.</param>
/// <param name="Plot">The plot.</param>
internal sealed record ReportPlot(string Name, CertifiedPlot Plot)
{
    private const int MostIntervals = 2;

    private static readonly double[] s_shares = [0.25, 0.5, 1, 2, 4];

    /// <summary>The plots of runs, in the order of the page.</summary>
    /// <param name="runs">At least one; what is compared with the paper is the first.</param>
    public static IReadOnlyList<ReportPlot> Of(IReadOnlyList<EvaluatedRun> runs)
    {
        EvaluatedRun first = runs[0];
        int d = first.Manifest.Positions;
        // Those of the runs; for a single one, others around its own.
        int[] retained = [.. runs.Select(run => run.Scheme).OfType<SampledScheme>().Where(scheme => scheme.D == d).Select(scheme => scheme.K).Distinct().Order()];
        if (retained is [int only])
            retained = [.. s_shares.Select(share => (int)Math.Round(share * only)).Where(k => k >= 1 && k < d).Distinct()];
        return
        [
            .. from unit in runs.Select(run => run.Scheme.Unit).Distinct().Index()
               select new ReportPlot(unit.Index == 0 ? "certified-accuracy" : FormattableString.Invariant($"certified-accuracy-{unit.Index + 1}"),
                   CertifiedPlot.CertifiedAccuracy([.. runs.Where(run => run.Scheme.Unit == unit.Item).Select(run => (run.Name, run.Metrics))],
                       unit.Item.IsPatch || first.Manifest.Table is not null ? null : Published(first.Manifest.Data, d)?.Chosen, unit.Item.Attack, unit.Item.Noun)),
            .. Frontiers(runs),
            .. runs.Select((run, i) => new ReportPlot(FormattableString.Invariant($"radii-{i + 1}"),
                CertifiedPlot.Radii([.. run.Rows.Select(row => row.Result.Certified.Radius)],
                    runs.Count == 1 ? $"Certified {run.Scheme.Unit.Plural}" : $"Certified {run.Scheme.Unit.Plural} of {run.Name}", run.Scheme.Unit.Attack, run.Scheme.Unit.Noun))),
            .. retained.Length == 0 ? Array.Empty<ReportPlot>() : [new("delta", CertifiedPlot.Delta(d, retained, first.Scheme.Unit.Noun))],
        ];
    }

    /// <summary>The plots of runs that predict numbers, in the order of the page.</summary>
    /// <param name="runs">At least one; intervals are those of the first.</param>
    /// <param name="within">The distance from the label that counts as right, as a share of it.</param>
    public static IReadOnlyList<ReportPlot> Of(IReadOnlyList<EvaluatedNumbers> runs, double within)
    {
        EvaluatedNumbers first = runs[0];
        (string, CertifiedRegressionMetrics)[] curves = [.. runs.Select(run => (run.Name, run.Metrics))];
        string named = runs.Count == 1 ? "" : $" of {first.Name}";
        // An interval for no changed attribute is a point, or nearly one.
        int[] radii = [.. Enumerable.Range(0, first.LargestRadius + 1).Where(rho => first.Metrics.BoundedShare[rho] > 0 && (rho > 0 || first.LargestRadius == 0)).Take(MostIntervals)];
        return
        [
            new("within", CertifiedPlot.WithinShare(curves, within)),
            new("widths", CertifiedPlot.Widths(curves)),
            .. radii.Select(rho => new ReportPlot(FormattableString.Invariant($"intervals-{rho}"),
                CertifiedPlot.Intervals(first.Rows, rho, FormattableString.Invariant($"Predicted and true {first.Manifest.Table.Label} for ρ = {rho}{named}")))),
        ];
    }

    /// <summary>
    /// For each data set with two or more runs whose radii are numbers of pixels, their accuracy against their medians. Where no run has a median, there is
    /// nothing to draw.
    /// </summary>
    private static IEnumerable<ReportPlot> Frontiers(IReadOnlyList<EvaluatedRun> runs)
    {
        EvaluatedRun[][] groups =
        [
            .. runs.Where(run => !run.Scheme.Unit.IsPatch).GroupBy(run => (run.Manifest.Data, run.Manifest.Positions, run.Scheme.Unit), (_, group) => group.ToArray())
                .Where(group => group.Length > 1 && group.Any(run => run.Metrics.MedianCertifiedRadius is not null)),
        ];
        return groups.Select((group, i) => new ReportPlot(i == 0 ? "frontier" : FormattableString.Invariant($"frontier-{i + 1}"),
            CertifiedPlot.Frontier([.. group.Select(run => (run.Name, run.Metrics))], group[0].Manifest.Table is null ? Published(group[0].Manifest.Data, group[0].Manifest.Positions) : null,
                groups.Length == 1 ? "Accuracy and robustness" : $"Accuracy and robustness on {group[0].Manifest.Data}", group[0].Scheme.Unit.Noun)));
    }

    /// <summary>Writes plots as files, each under its name.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void SaveAll(IReadOnlyList<ReportPlot> plots, string folder, PlotFormat format)
    {
        Directory.CreateDirectory(folder);
        foreach (ReportPlot plot in plots)
            plot.Plot.Save(Path.Combine(folder, $"{plot.Name}.{format.ToString().ToLowerInvariant()}"));
    }

    /// <summary>The paper's table for images of a data set; null for others than its own.</summary>
    internal static PublishedTable? Published(string data, int positions) => (data, positions) switch
    {
        (_, 224 * 224) => PublishedTable.ImageNet,
        _ when data.StartsWith("MNIST", StringComparison.Ordinal) => PublishedTable.Mnist,
        _ when data.StartsWith("CIFAR-10", StringComparison.Ordinal) => PublishedTable.Cifar10,
        _ => null,
    };
}
