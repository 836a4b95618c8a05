using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>One page that says how far from the truth predicted numbers are, and how far they can be moved.</summary>
internal sealed class NumberReport
{
    private const int ShownRows = 5;

    private readonly IReadOnlyList<EvaluatedNumbers> _runs;
    private readonly IReadOnlyList<ReportPlot> _plots;
    private readonly double _within;
    private readonly HtmlPage _page;

    private NumberReport(IReadOnlyList<EvaluatedNumbers> runs, IReadOnlyList<ReportPlot> plots, double within)
    {
        (_runs, _plots, _within) = (runs, plots, within);
        _page = new HtmlPage(ReportText.Title([.. runs.Select(run => run.Name)], runs.Select(run => run.Manifest.Data)));
    }

    /// <summary>The page.</summary>
    /// <param name="runs">Runs, at least one; details are of the first.</param>
    /// <param name="plots">Plots in the order of the page.</param>
    /// <param name="within">The distance from the label that counts as right, as a share of it.</param>
    public static string Write(IReadOnlyList<EvaluatedNumbers> runs, IReadOnlyList<ReportPlot> plots, double within) => new NumberReport(runs, plots, within).Write();

    private string Write()
    {
        EvaluatedNumbers first = _runs[0];
        _page.Add($"<p class=\"lead\">{HtmlPage.Encode(Lead(first))}</p>\n");
        _page.SideBySide(() => _page.Section("What an interval says", () => _page.Explanation(Explanation.Of(first))), () => _page.Section("What came out", Summary));
        foreach (ReportPlot plot in _plots)
            _page.Plot(plot);
        string named = _runs.Count == 1 ? "" : $" of {first.Name}";
        int rho = RadiusOfRows(first);
        int[] order = [.. Enumerable.Range(0, first.Rows.Count).OrderBy(row => WidthOf(first, row, rho))];
        int count = Math.Min(ShownRows, (order.Length + 1) / 2);
        _page.Section(Invariant($"Narrowest intervals for ρ = {rho}{named}"), () => _page.Cards(order.Take(count).Select(row => Card(first, row, rho))));
        _page.Section(Invariant($"Widest intervals for ρ = {rho}{named}"), () => _page.Cards(order.Reverse().Take(count).Select(row => Card(first, row, rho))));
        _page.Section("Settings", () => _page.Table("What the runs were made with", ["", .. _runs.Select(run => run.Name)],
            SettingsTable.Of([.. _runs.Select(run => run.Manifest.ToSettings())]), "settings"));
        return _page.End();
    }

    private string Lead(EvaluatedNumbers first)
    {
        int rho = Math.Min(1, first.LargestRadius);
        double share = first.Metrics.CertifiedAccuracyWithinShare(_within)[rho];
        string falsified = rho == 0 ? "as it is" : "whichever one attribute is falsified";
        return Invariant($"For {ReportText.Percent(share)} of the rows the predicted {first.Manifest.Table.Label} is within {100 * _within:0.###} % of the truth and stays there, {falsified}.");
    }

    private void Summary()
    {
        _page.Table(_runs.Count == 1 ? _runs[0].Manifest.Data : "The runs side by side", ["", .. _runs.Select(run => run.Name)], Rows());

        IEnumerable<string[]> Rows()
        {
            if (_runs.Select(run => run.Manifest.Data).Distinct().Count() > 1)
                yield return Line("Data", run => run.Manifest.Data);
            yield return Line("Rows", run => Invariant($"{run.Metrics.RowCount}"));
            yield return Line("Ablations", run => run.Ablations);
            if (_runs.Any(run => run.Alpha is not null))
                yield return Line("α", run => run.Alpha is { } alpha ? Invariant($"{alpha}") : "none");
            yield return Line("Predictions per row", run => Invariant($"{run.Manifest.Outputs:N0}"));
            yield return Line("Time per row", run => ReportText.Seconds(run.MeanSeconds));
            yield return Line("R²", run => double.IsFinite(run.Metrics.RSquared) ? Invariant($"{run.Metrics.RSquared:F3}") : "N/A");
            yield return Line("Mean absolute error", run => ReportText.Number(run.Metrics.MeanAbsoluteError));
            int largest = _runs.Max(run => run.LargestRadius);
            for (int radius = 0; radius <= largest; radius++)
            {
                int rho = radius;
                yield return Line(Invariant($"Within {100 * _within:0.###} % at ρ\u00a0=\u00a0{rho}"),
                    run => rho <= run.LargestRadius ? ReportText.WithInterval(run.Metrics.CertifiedAccuracyWithinShare(_within)[rho], run.Metrics.RowCount) : "–");
            }
            for (int radius = 1; radius <= largest; radius++)
            {
                int rho = radius;
                yield return Line(Invariant($"Median width at ρ\u00a0=\u00a0{rho}"), run => rho <= run.LargestRadius ? ReportText.Number(run.Metrics.MedianWidth[rho]) : "–");
            }
        }

        string[] Line(string name, Func<EvaluatedNumbers, string> cell) => [name, .. _runs.Select(cell)];
    }

    private static RowCard Card(EvaluatedNumbers run, int index, int rho)
    {
        CertifiedRegression row = run.Rows[index];
        NumberRow stored = run.Stored[index];
        return new RowCard(Invariant($"row {stored.Row}"),
        [
            ($"true {run.Manifest.Table.Label}", ReportText.Number(row.Label)),
            ("predicted", ReportText.Number(row.Score)),
            (Invariant($"at least, ρ = {rho}"), ReportText.Number(row.CertifiedLower[rho])),
            (Invariant($"at most, ρ = {rho}"), ReportText.Number(row.CertifiedUpper[rho])),
        ], run.AttributesOf(index));
    }

    /// <summary>The largest ρ for which half of the intervals have two ends: there rows differ most.</summary>
    private static int RadiusOfRows(EvaluatedNumbers run) => Math.Max(0, run.Metrics.MedianWidth.TakeWhile(double.IsFinite).Count() - 1);

    private static double WidthOf(EvaluatedNumbers run, int row, int rho) => (double)run.Rows[row].CertifiedUpper[rho] - run.Rows[row].CertifiedLower[rho];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
