using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>One page that says what runs certify: it needs nothing but itself, on a phone, on paper, light and dark.</summary>
internal sealed class HtmlReport
{
    private const int ExtremeRows = 5;

    private static readonly Lazy<string> s_style = new(() =>
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    });

    private readonly IReadOnlyList<EvaluatedRun> _runs;
    private readonly IReadOnlyList<ReportPlot> _plots;
    private readonly RowPictures? _pictures;
    private readonly AttackSection? _attack;
    private readonly StringBuilder _html = new();

    private HtmlReport(IReadOnlyList<EvaluatedRun> runs, IReadOnlyList<ReportPlot> plots, RowPictures? pictures, AttackSection? attack)
    {
        _runs = runs;
        _plots = plots;
        _pictures = pictures;
        _attack = attack;
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
        string title = $"Certified robustness of {first.Manifest.Data}";
        _html.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Encode(title)}</title>
            <link rel="icon" href="data:,">
            <style>
            {s_style.Value}
            </style>
            </head>
            <body>
            <main>
            <h1>{Encode(title)}</h1>

            """);
        Summary(first);
        foreach (ReportPlot plot in _plots)
        {
            _html.Append($"<section><h2>{Encode(plot.Plot.Title)}</h2>\n");
            Figure(plot);
            _html.Append("</section>\n");
        }
        Classes(first);
        Extremes();
        Attack();
        Encodings();
        Settings();
        _html.Append("</main>\n</body>\n</html>\n");
        return _html.ToString();
    }

    private void Summary(EvaluatedRun first)
    {
        CertifiedMetrics metrics = first.Metrics;
        RadiusUnit unit = first.Scheme.Unit;
        string half = metrics.MedianCertifiedRadius switch
        {
            0 when unit.IsPatch => "For half of the rows the answer is right, but a patch may change it.",
            { } median => $"For half of the rows the answer is right, and no {unit.Change(median)} can change it.",
            null => "For less than half of the rows the answer is right and certified.",
        };
        _html.Append($"<p class=\"lead\">{half} {Encode(first.Scheme.Confidence)}</p>\n");
        Table("Runs", ["", .. _runs.Select(run => run.Folder)], Rows());

        IEnumerable<string[]> Rows()
        {
            yield return Line("Rows", run => Invariant($"{run.Metrics.RowCount}"));
            if (_runs.Any(run => run.Scheme.Retained is not null))
                yield return Line("k of d", run => run.Scheme.Retained ?? "");
            if (_runs.Any(run => run.Scheme.Masks is not null))
                yield return Line("Masks", run => run.Scheme.Masks ?? "");
            yield return Line(_runs.Any(run => run.Scheme is SampledScheme) ? "Rule, α" : "Rule", run => run.Scheme.RuleAndAlpha);
            yield return Line("Accuracy", run => Percent(run.Metrics.ClassificationAccuracy));
            yield return Line("Abstained", run => Percent(run.Metrics.AbstainedShare));
            foreach (RadiusUnit unit in _runs.Select(run => run.Scheme.Unit).Distinct())
            {
                yield return Line($"Median {unit.Name}", run => run.Scheme.Unit == unit ? Radius(run.Metrics.MedianCertifiedRadius) : "");
                int largest = _runs.Where(run => run.Scheme.Unit == unit).Max(run => run.Metrics.CertifiedAccuracy.Count);
                for (int rho = 0; rho < largest; rho = rho == 0 ? 1 : 2 * rho)
                    yield return Line(Invariant($"Certified at {unit.Letter}\u00a0=\u00a0{rho}"), run => run.Scheme.Unit == unit ? Percent(run.Metrics.CertifiedAccuracyAt(rho)) : "");
            }
        }

        string[] Line(string name, Func<EvaluatedRun, string> cell) => [name, .. _runs.Select(cell)];
    }

    private void Classes(EvaluatedRun run)
    {
        _html.Append("<section><h2>Classes</h2>\n");
        List<string> classes = [.. run.Manifest.Classes];
        Table($"Rows of {run.Folder} by their true class", ["class", "rows", "right", "abstained", $"median {run.Scheme.Unit.Name}"],
            run.Rows.Zip(run.Table.Outcomes).GroupBy(pair => pair.First.Label, pair => pair.Second)
                .OrderBy(group => classes.IndexOf(group.Key))
                .Select(group => (group.Key, Metrics: CertifiedMetrics.From(group)))
                .Select(pair => (string[])
                [
                    pair.Key, Invariant($"{pair.Metrics.RowCount}"), Percent(pair.Metrics.ClassificationAccuracy), Percent(pair.Metrics.AbstainedShare),
                    Radius(pair.Metrics.MedianCertifiedRadius),
                ]));
        _html.Append("</section>\n");
    }

    private void Extremes()
    {
        (IReadOnlyList<LabelledResult> smallest, IReadOnlyList<LabelledResult> largest) = Extremes(_runs[0]);
        string radii = _runs[0].Scheme.Unit.Plural;
        foreach ((string title, IReadOnlyList<LabelledResult> rows) in new[] { ($"Smallest {radii}", smallest), ($"Largest {radii}", largest) })
        {
            _html.Append($"<section><h2>{title}</h2>\n");
            if (_pictures is null)
            {
                Table($"{title} of {_runs[0].Folder}", ["row", "label", "answer", _runs[0].Scheme.Unit.Name],
                    rows.Select(row => (string[])[Invariant($"{row.Row}"), row.Label, Answer(row), Invariant($"{row.Result.Certified.Radius}")]));
            }
            else
            {
                foreach (LabelledResult row in rows)
                    Row(_pictures[row.Row]!);
            }
            _html.Append("</section>\n");
        }
    }

    private void Row(PicturedRow pictured)
    {
        LabelledResult row = pictured.Row;
        string radius = row.Result.Certified.Radius < 0 ? "no certificate" : Invariant($"{_runs[0].Scheme.Unit.Name} {row.Result.Certified.Radius}");
        _html.Append($"<div class=\"row\"><figure>{Image(pictured.Image, $"Row {row.Row}, an image of class {row.Label}")}")
            .Append($"<figcaption><b>{Encode(row.Label)}</b><br>row {Invariant($"{row.Row}")}<br>{Encode(Answer(row))}, {radius}</figcaption></figure>");
        foreach ((string image, string? answer) in pictured.Ablations)
            _html.Append($"<figure>{Image(image, $"The same, ablated; the base classifier answers {answer ?? "nothing"}")}<figcaption>{Encode(answer ?? "no answer")}</figcaption></figure>");
        _html.Append("</div>\n");
    }

    private void Figure(ReportPlot plot) => _html.Append($"<figure>{plot.Plot.ToInlineSvg(plot.Name)}<figcaption>{Encode(plot.Plot.Description)}</figcaption></figure>\n");

    /// <summary>What an attack needed, and the paper's Figures 3 and 5: original, adversarial, difference.</summary>
    private void Attack()
    {
        if (_attack is null)
            return;
        AttackMetrics metrics = _attack.Run.Metrics;
        _html.Append($"<section><h2>Attacked</h2>\n<p>The attack {Encode(_attack.Run.Manifest.Attack)} looked for {(metrics.Patch is null ? "few pixels that make" : "a small patch that makes")} the answer wrong "
            + "or missing. What it found bounds from above what certificates bound from below.</p>\n");
        Table($"Attack of {_attack.Run.Folder}", ["", "attacked", "certified"],
        [
            ["Rows", Invariant($"{metrics.RowCount}"), Invariant($"{metrics.Certified?.RowCount ?? 0}")],
            ["Median", AttackSummary.SizeOf(metrics.MedianDistance, metrics.Patch), AttackSummary.SizeOf(metrics.Certified?.MedianCertifiedRadius, metrics.Patch)],
            ["Certificates refuted", Invariant($"{metrics.RefutedCount}"), ""],
            ["Not confirmed by fresh votes", Invariant($"{metrics.UnverifiedCount}"), ""],
            ["Votes per query", Invariant($"{(double)metrics.Cost.Votes / metrics.Cost.Queries:F1}"), ""],
        ]);
        if (_attack.Plot is not null)
            Figure(_attack.Plot);
        foreach (AttackedPicture picture in _attack.Pictures)
        {
            AttackRow row = picture.Row;
            _html.Append($"<div class=\"row\"><figure>{Image(picture.Original, $"Row {row.Row}, an image of class {row.Label}")}")
                .Append($"<figcaption><b>{Encode(row.Label)}</b>, row {Invariant($"{row.Row}")}<br>certified: {Radius(row.CertifiedRadius)}</figcaption></figure>")
                .Append($"<figure>{Image(picture.Adversarial, "The same, changed by the attack")}<figcaption>")
                .Append(row.AdversarialAnswer is null ? "abstained" : $"answered {Encode(row.AdversarialAnswer)}")
                .Append($"</figcaption></figure><figure>{Image(picture.Difference, "Where the two differ")}<figcaption>{AttackSummary.SizeOf(row.Distance, row.Patch)}</figcaption></figure></div>\n");
        }
        _html.Append("</section>\n");
    }

    private void Encodings()
    {
        if (_pictures is null)
            return;
        _html.Append("<section><h2>How NULL is shown to the network</h2>\n<p>Above, pixels that are NULL are hatched. The network sees numbers "
            + $"instead; this model's encoding is {Encode(_runs[0].Manifest.Encoding)}.</p>\n");
        foreach (EncodingPicture encoding in _pictures.Encodings)
        {
            _html.Append("<div class=\"row\">");
            foreach (string image in encoding.Images)
                _html.Append($"<figure>{Image(image, $"An ablated image in the encoding {encoding.Title}")}</figure>");
            _html.Append($"<p><b>{Encode(encoding.Title)}.</b> {Encode(encoding.Text)}</p></div>\n");
        }
        _html.Append("</section>\n");
    }

    private void Settings()
    {
        _html.Append("<section><h2>Settings</h2>\n");
        JsonObject[] manifests = [.. _runs.Select(run => run.Manifest.ToSettings())];
        Table("What the runs were made with", ["", .. _runs.Select(run => run.Folder)],
            from name in manifests.SelectMany(manifest => manifest.Select(property => property.Key)).Distinct()
            select (string[])[name, .. manifests.Select(manifest => manifest[name]?.ToJsonString(RunJson.Plain) ?? "none")]);
        _html.Append("</section>\n");
    }

    private void Table(string caption, IReadOnlyList<string> head, IEnumerable<string[]> rows)
    {
        _html.Append($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Encode(caption)}\"><table><caption>{Encode(caption)}</caption><thead><tr>");
        foreach (string cell in head)
            _html.Append(cell.Length == 0 ? "<td></td>" : $"<th scope=\"col\">{Encode(cell)}</th>");
        _html.Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in rows)
        {
            _html.Append($"<tr><th scope=\"row\">{Encode(row[0])}</th>");
            foreach (string cell in row[1..])
                _html.Append($"<td>{Encode(cell)}</td>");
            _html.Append("</tr>\n");
        }
        _html.Append("</tbody></table></div>\n");
    }

    private string Answer(LabelledResult row) => row.Result.Abstained
        ? "abstained"
        : $"answered {_runs[0].Manifest.Classes[row.Result.PredictedClass]}";

    private static string Image(string uri, string alt) => $"<img src=\"{uri}\" alt=\"{Encode(alt)}\">";

    private static string Radius(int? radius) => radius is { } value ? Invariant($"{value}") : "N/A";

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
