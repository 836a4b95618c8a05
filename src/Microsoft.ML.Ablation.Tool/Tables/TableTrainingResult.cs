using System.Text.Json.Serialization;
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

    /// <summary>The C# that loads the model and certifies a row.</summary>
    public required string Program { get; init; }

    public void Print(IAnsiConsole console)
    {
        PrintFigures(console);
        // Longer than a line, and must not be broken.
        console.Profile.Out.Writer.WriteLine($"To use it in a program:\n\n{Program}");
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
