using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>Which class was answered how often for which: a whole matrix of few classes, the most frequent mistakes of many.</summary>
internal static class ConfusionMatrix
{
    private const int MostClasses = 15, MostMistakes = 15;

    /// <summary>Adds it to a page.</summary>
    public static void Add(HtmlPage page, EvaluatedRun run)
    {
        IReadOnlyList<string> classes = run.Manifest.Classes;
        Dictionary<(string Label, string? Answer), int> counts = run.Rows
            .CountBy(row => (row.Label, row.Result.Abstained ? null : classes[row.Result.PredictedClass])).ToDictionary();
        if (classes.Count <= MostClasses)
        {
            page.Table("Answers by true class, certified or not", ["true class", .. classes, "abstained"], classes.Select(label => (string[])
                [label, .. classes.Select(answer => Count(label, answer)), Count(label, null)]), "matrix");
            return;
        }
        KeyValuePair<(string Label, string? Answer), int>[] mistakes = [.. counts.Where(pair => pair.Key.Label != pair.Key.Answer).OrderByDescending(pair => pair.Value).Take(MostMistakes)];
        page.Table("The most frequent mistakes", ["true class", "answer", "rows"], mistakes.Select(pair => (string[])
            [pair.Key.Label, pair.Key.Answer ?? "abstained", FormattableString.Invariant($"{pair.Value}")]));

        string Count(string label, string? answer) => FormattableString.Invariant($"{counts.GetValueOrDefault((label, answer))}");
    }
}
