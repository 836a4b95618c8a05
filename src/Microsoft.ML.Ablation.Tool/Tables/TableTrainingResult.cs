using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Report;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The outcome of a training on a table, as <c>--json</c> prints it.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Data">The table.</param>
/// <param name="TrainingRows">The rows that it was trained on.</param>
/// <param name="Label">The column that is predicted.</param>
/// <param name="Task">The task.</param>
/// <param name="Numbers">The attributes that are numbers.</param>
/// <param name="Categories">The attributes that are categories.</param>
/// <param name="Ignored">The columns that are not read.</param>
internal sealed record TableTrainingResult(string Model, string Data, int TrainingRows, string Label, string Task, IReadOnlyList<string> Numbers, IReadOnlyList<string> Categories,
    IReadOnlyList<IgnoredColumn> Ignored)
{
    /// <summary>The column whose words are read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetainedCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Share { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Masks { get; init; }

    /// <summary>How rows came out that the model was not trained on; null where none were held out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TableFigures? HeldOut { get; init; }

    public double Seconds { get; init; }

    /// <summary>The certified table of the rows held out; null where none were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>The run folder with what the model said of the rows held out; null where none were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    /// <summary>The report of the rows held out; null where none were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Page { get; init; }

    /// <summary>The share of the certified rows that are of the most frequent class: what a model has to be better than; null for numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MostFrequentShare { get; init; }

    /// <summary>The C# that loads the model and certifies a row.</summary>
    public required string Program { get; init; }

    public void Print(IAnsiConsole console)
    {
        PrintFigures(console);
        // Longer than a line, and must not be broken.
        TextWriter text = console.Profile.Out.Writer;
        foreach (string sentence in Meaning())
            text.WriteLine(sentence);
        text.WriteLine($"\nOther rows: ablation certify --model {CommandText.Quote(Model)} --data FILE --out certified.csv");
        text.WriteLine($"In a program:\n\n{Program}");
    }

    /// <summary>What the figures mean, in sentences.</summary>
    private IEnumerable<string> Meaning()
    {
        string changed = Text is null ? "one attribute is falsified, to whatever value" : "one word is replaced, by whatever word";
        if (HeldOut is { Accuracy: { } accuracy, CertifiedAccuracy: { } certified })
        {
            yield return FormattableString.Invariant($"Right on {Count(accuracy)} of {HeldOut.Rows} rows that it was not trained on; {Count(certified.ElementAtOrDefault(1))} of them stay right if {changed}.");
            if (accuracy <= MostFrequentShare)
                yield return FormattableString.Invariant($"Warning: {100 * MostFrequentShare:F1} % of these rows are of one class, so that the model is no better than that class as the only answer.");
        }
        else if (HeldOut is { MedianWidth: { Count: > 1 } widths, BoundedShare: { } bounded })
        {
            yield return FormattableString.Invariant($"If {changed}, the prediction of {Count(bounded[1])} of {HeldOut.Rows} rows stays in a certified interval")
                + (widths[1] is { } width ? FormattableString.Invariant($", for half of the rows one no wider than {ReportText.Number(width)}.") : ".");
        }

        int Count(double share) => (int)Math.Round(share * HeldOut!.Rows);
    }

    private void PrintFigures(IAnsiConsole console) => FiguresTable.Print(console, Text is null ? "Certified against changed attributes" : "Certified against replaced words",
    [
        ("Model", Model),
        ("Data", Path.GetFileName(Data)),
        ("Training rows", FormattableString.Invariant($"{TrainingRows}")),
        ("Label, task", $"{Label}, {Task}"),
        .. Text is null
            ? [("Numbers, categories, ignored", FormattableString.Invariant($"{Numbers.Count}, {Categories.Count}, {Ignored.Count}"))]
            : ((string, string)[])[("Text, ignored columns", FormattableString.Invariant($"{Text}, {Ignored.Count}"))],
        ("Ablations", new TableAblation(RetainedCount, Share, Masks).ToString()),
        ("Training", FormattableString.Invariant($"{Seconds} s")),
        .. HeldOut is null ? [] : HeldOut.Lines().Prepend(("Held-out rows certified", FormattableString.Invariant($"{HeldOut.Rows}"))),
    ]);
}
