using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>One page that says what runs certify.</summary>
internal sealed class HtmlReport
{
    private const int ExtremeRows = 5, MostBesideText = 2, MostClassesBeside = 6;

    private readonly IReadOnlyList<EvaluatedRun> _runs;
    private readonly IReadOnlyList<ReportPlot> _plots;
    private readonly RowPictures? _pictures;
    private readonly AttackSection? _attack;
    private readonly HtmlPage _page;

    private HtmlReport(IReadOnlyList<EvaluatedRun> runs, IReadOnlyList<ReportPlot> plots, RowPictures? pictures, AttackSection? attack)
    {
        _runs = runs;
        _plots = plots;
        _pictures = pictures;
        _attack = attack;
        _page = new HtmlPage(ReportText.Title([.. runs.Select(run => run.Name)], runs.Select(run => run.Manifest.Data)));
    }

    /// <summary>The rows of the first run that the page shows: those with the smallest and with the largest radius.</summary>
    public static (IReadOnlyList<LabelledResult> Smallest, IReadOnlyList<LabelledResult> Largest) Extremes(EvaluatedRun run)
    {
        LabelledResult[] sorted = [.. run.Rows.OrderBy(row => row.Result.Certified.Radius)];
        int count = Math.Min(ExtremeRows, (sorted.Length + 1) / 2);
        return (sorted[..count], [.. sorted[^count..].Reverse()]);
    }

    /// <summary>The page.</summary>
    /// <param name="runs">Runs, at least one; details are of the first.</param>
    /// <param name="plots">Plots in the order of the page.</param>
    /// <param name="pictures">Images of the first run's extreme rows; null for none.</param>
    /// <param name="attack">An attack on the first run's model; null for none.</param>
    public static string Write(IReadOnlyList<EvaluatedRun> runs, IReadOnlyList<ReportPlot> plots, RowPictures? pictures, AttackSection? attack) =>
        new HtmlReport(runs, plots, pictures, attack).Write();

    private string Write()
    {
        EvaluatedRun first = _runs[0];
        _page.Add($"<p class=\"lead\">{Lead(first)}</p>\n");
        if (_runs.Count <= MostBesideText)
        {
            _page.SideBySide(() => Explain(first), () => _page.Section("What came out", Summary));
        }
        else
        {
            Explain(first);
            _page.Section("What came out", Summary);
        }
        foreach (ReportPlot plot in _plots)
            _page.Plot(plot);
        string named = _runs.Count == 1 ? "" : $" of {first.Name}";
        void Right() => _page.Section($"Classes{named}", () => Classes(first));
        void Wrong() => _page.Section($"Right and wrong{named}", () => ConfusionMatrix.Add(_page, first));
        if (first.Manifest.Classes.Count <= MostClassesBeside)
        {
            _page.SideBySide(Right, Wrong);
        }
        else
        {
            Right();
            Wrong();
        }
        Extremes(named);
        if (_attack is not null)
            _page.Section("Attacked", () => Attack(_attack));
        if (_pictures is not null)
            _page.Section("How NULL is shown to the network", () => Encodings(_pictures));
        _page.Section("Settings", () => _page.Table("What the runs were made with", ["", .. _runs.Select(run => run.Name)], SettingsTable.Of([.. _runs.Select(run => run.Manifest.ToSettings())]), "settings"));
        return _page.End();
    }

    private static string Lead(EvaluatedRun first)
    {
        RadiusUnit unit = first.Scheme.Unit;
        string half = first.Metrics.MedianCertifiedRadius switch
        {
            0 when unit.IsPatch => "For half of the rows the answer is right, but a patch may change it.",
            0 => $"For half of the rows the answer is right, but one changed {unit.Noun[..^1]} may change it.",
            { } median => $"For half of the rows the answer is right, and no {unit.Change(median)} can change it.",
            null => "For less than half of the rows the answer is right and certified.",
        };
        return $"{half} {HtmlPage.Encode(first.Scheme.Confidence)}";
    }

    private void Explain(EvaluatedRun first) => _page.Section(_runs.Count == 1 ? "What a certificate says" : $"What a certificate of {first.Name} says",
        () => _page.Explanation(Explanation.Of(first.Scheme)));

    private void Summary()
    {
        _page.Table(_runs.Count == 1 ? _runs[0].Manifest.Data : "The runs side by side", ["", .. _runs.Select(run => run.Name)], Rows());

        IEnumerable<string[]> Rows()
        {
            if (_runs.Select(run => run.Manifest.Data).Distinct().Count() > 1)
                yield return Line("Data", run => run.Manifest.Data);
            yield return Line("Rows", run => Invariant($"{run.Metrics.RowCount}"));
            if (_runs.Any(run => run.Scheme.Retained is not null))
                yield return Line("k of d", run => run.Scheme.Retained ?? "–");
            if (_runs.Any(run => run.Scheme.Masks is not null))
                yield return Line("Masks", run => run.Scheme.Masks ?? "–");
            yield return Line(_runs.Any(run => run.Scheme is SampledScheme) ? "Rule, α" : "Rule", run => run.Scheme.RuleAndAlpha);
            yield return Line("Votes per row", run => Invariant($"{run.MeanVotes:N0}"));
            yield return Line("Time per row", run => ReportText.Seconds(run.MeanSeconds));
            yield return Line("Accuracy", run => ReportText.WithInterval(run.Metrics.ClassificationAccuracy, run.Metrics.RowCount));
            yield return Line("Abstained", run => ReportText.Percent(run.Metrics.AbstainedShare));
            foreach (RadiusUnit unit in _runs.Select(run => run.Scheme.Unit).Distinct())
            {
                yield return Line($"Median {unit.Name}", run => run.Scheme.Unit == unit ? Radius(run.Metrics.MedianCertifiedRadius) : "–");
                int largest = _runs.Where(run => run.Scheme.Unit == unit).Max(run => run.Metrics.CertifiedAccuracy.Count);
                for (int rho = 0; rho < largest; rho = rho == 0 ? 1 : 2 * rho)
                {
                    yield return Line(Invariant($"Certified at {unit.Letter}\u00a0=\u00a0{rho}"),
                        run => run.Scheme.Unit == unit ? ReportText.WithInterval(run.Metrics.CertifiedAccuracyAt(rho), run.Metrics.RowCount) : "–");
                }
            }
        }

        string[] Line(string name, Func<EvaluatedRun, string> cell) => [name, .. _runs.Select(cell)];
    }

    private void Classes(EvaluatedRun run)
    {
        List<string> classes = [.. run.Manifest.Classes];
        _page.Table("Rows by their true class", ["class", "rows", "right", "abstained", $"median {run.Scheme.Unit.Name}"],
            run.Rows.Zip(run.Table.Outcomes).GroupBy(pair => pair.First.Label, pair => pair.Second)
                .OrderBy(group => classes.IndexOf(group.Key))
                .Select(group => (group.Key, Metrics: CertifiedMetrics.From(group)))
                .Select(pair => (string[])
                [
                    pair.Key, Invariant($"{pair.Metrics.RowCount}"), ReportText.WithInterval(pair.Metrics.ClassificationAccuracy, pair.Metrics.RowCount),
                    ReportText.Percent(pair.Metrics.AbstainedShare), Radius(pair.Metrics.MedianCertifiedRadius),
                ]));
    }

    private void Extremes(string named)
    {
        EvaluatedRun first = _runs[0];
        (IReadOnlyList<LabelledResult> smallest, IReadOnlyList<LabelledResult> largest) = Extremes(first);
        string radii = first.Scheme.Unit.Plural;
        void Small() => _page.Section($"Smallest {radii}{named}", () => Rows(smallest));
        void Large() => _page.Section($"Largest {radii}{named}", () => Rows(largest));
        if (first.Manifest.Table is null)
        {
            _page.SideBySide(Small, Large);
            return;
        }
        Small();
        Large();
    }

    private void Rows(IReadOnlyList<LabelledResult> rows)
    {
        EvaluatedRun first = _runs[0];
        if (_pictures is not null)
        {
            foreach (LabelledResult row in rows)
                Row(_pictures[row.Row]!);
        }
        else if (first.Manifest.Table is { } table)
        {
            _page.Cards(rows.Select(row => new RowCard(Invariant($"row {row.Row}"),
                [(table.Label, row.Label), ("answer", ClassOf(row) ?? "abstained"), (first.Scheme.Unit.Name, Invariant($"{row.Result.Certified.Radius}"))], first.AttributesOf(row.Row))));
        }
        else
        {
            _page.Table("Rows", ["row", "label", "answer", first.Scheme.Unit.Name],
                rows.Select(row => (string[])[Invariant($"{row.Row}"), row.Label, Answer(row), Invariant($"{row.Result.Certified.Radius}")]));
        }
    }

    private void Row(PicturedRow pictured)
    {
        LabelledResult row = pictured.Row;
        string radius = row.Result.Certified.Radius < 0 ? "no certificate" : Invariant($"{_runs[0].Scheme.Unit.Name} {row.Result.Certified.Radius}");
        _page.Add($"<div class=\"row\"><figure>{Image(pictured.Image, $"Row {row.Row}, an image of class {row.Label}")}");
        _page.Add($"<figcaption><b>{HtmlPage.Encode(row.Label)}</b><br>row {Invariant($"{row.Row}")}<br>{HtmlPage.Encode(Answer(row))}, {radius}</figcaption></figure>");
        foreach ((string image, string? answer) in pictured.Ablations)
            _page.Add($"<figure>{Image(image, $"The same, ablated; the base classifier answers {answer ?? "nothing"}")}<figcaption>{HtmlPage.Encode(answer ?? "no answer")}</figcaption></figure>");
        _page.Add("</div>\n");
    }

    /// <summary>What an attack needed, and the paper's Figures 3 and 5: original, adversarial, difference.</summary>
    private void Attack(AttackSection attack)
    {
        AttackMetrics metrics = attack.Run.Metrics;
        _page.Add($"<p>The attack {HtmlPage.Encode(attack.Run.Manifest.Attack)} looked for {(metrics.Patch is null ? "few pixels that make" : "a small patch that makes")} the answer wrong "
            + "or missing. What it found bounds from above what certificates bound from below.</p>\n");
        _page.Table($"Attack of {RunNames.Of([attack.Run.Folder])[0]}", ["", "attacked", "certified"],
        [
            ["Rows", Invariant($"{metrics.RowCount}"), Invariant($"{metrics.Certified?.RowCount ?? 0}")],
            ["Median", AttackSummary.SizeOf(metrics.MedianDistance, metrics.Patch), AttackSummary.SizeOf(metrics.Certified?.MedianCertifiedRadius, metrics.Patch)],
            ["Certificates refuted", Invariant($"{metrics.RefutedCount}"), ""],
            ["Not confirmed by fresh votes", Invariant($"{metrics.UnverifiedCount}"), ""],
            ["Votes per query", Invariant($"{(double)metrics.Cost.Votes / metrics.Cost.Queries:F1}"), ""],
        ]);
        if (attack.Plot is not null)
            _page.Figure(attack.Plot);
        _page.Add("<div class=\"rows\">\n");
        foreach (AttackedPicture picture in attack.Pictures)
        {
            AttackRow row = picture.Row;
            _page.Add($"<div class=\"row\"><figure>{Image(picture.Original, $"Row {row.Row}, an image of class {row.Label}")}");
            _page.Add($"<figcaption><b>{HtmlPage.Encode(row.Label)}</b>, row {Invariant($"{row.Row}")}<br>certified: {Radius(row.CertifiedRadius)}</figcaption></figure>");
            _page.Add($"<figure>{Image(picture.Adversarial, "The same, changed by the attack")}<figcaption>");
            _page.Add(row.AdversarialAnswer is null ? "abstained" : $"answered {HtmlPage.Encode(row.AdversarialAnswer)}");
            _page.Add($"</figcaption></figure><figure>{Image(picture.Difference, "Where the two differ")}<figcaption>{AttackSummary.SizeOf(row.Distance, row.Patch)}</figcaption></figure></div>\n");
        }
        _page.Add("</div>\n");
    }

    private void Encodings(RowPictures pictures)
    {
        _page.Add("<p>Above, pixels that are NULL are hatched. The network sees numbers "
            + $"instead; this model's encoding is {HtmlPage.Encode(_runs[0].Manifest.Encoding)}.</p>\n<div class=\"pair\">\n");
        foreach (EncodingPicture encoding in pictures.Encodings)
        {
            _page.Add("<div class=\"row\">");
            foreach (string image in encoding.Images)
                _page.Add($"<figure>{Image(image, $"An ablated image in the encoding {encoding.Title}")}</figure>");
            _page.Add($"<p><b>{HtmlPage.Encode(encoding.Title)}.</b> {HtmlPage.Encode(encoding.Text)}</p></div>\n");
        }
        _page.Add("</div>\n");
    }

    private string Answer(LabelledResult row) => ClassOf(row) is { } answer ? $"answered {answer}" : "abstained";

    /// <summary>The answer; null where it abstained.</summary>
    private string? ClassOf(LabelledResult row) => row.Result.Abstained ? null : _runs[0].Manifest.Classes[row.Result.PredictedClass];

    private static string Image(string uri, string alt) => $"<img src=\"{uri}\" alt=\"{HtmlPage.Encode(alt)}\">";

    private static string Radius(int? radius) => radius is { } value ? Invariant($"{value}") : "N/A";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
