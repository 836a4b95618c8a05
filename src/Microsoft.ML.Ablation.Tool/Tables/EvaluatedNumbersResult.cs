using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Tool.Output;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The outcome of certifying a run of numbers again, as <c>--json</c> prints it.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Data">The name of its rows.</param>
/// <param name="Label">The column that is predicted.</param>
/// <param name="Ablations">The ablations in words.</param>
/// <param name="Alpha">α; null where there is no chance of an error.</param>
/// <param name="Figures">How the rows came out.</param>
internal sealed record EvaluatedNumbersResult(string Run, string Data, string Label, string Ablations, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Alpha,
    TableFigures Figures)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>Prints a table with a column for each result.</summary>
    public static void PrintAll(IAnsiConsole console, IReadOnlyList<EvaluatedNumbersResult> results)
    {
        IReadOnlyList<string> names = RunNames.Of([.. results.Select(result => result.Run)]);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Certified against changed attributes");
        foreach (string name in names)
            table.AddColumn(new Spectre.Console.TableColumn(results.Count == 1 ? "" : Markup.Escape(name)).RightAligned());
        (string Title, string Value)[][] columns = [.. results.Select(result => result.Lines().ToArray())];
        foreach (string title in columns.SelectMany(column => column.Select(line => line.Title)).Distinct())
            table.AddRow([Markup.Escape(title), .. columns.Select(column => Markup.Escape(column.FirstOrDefault(line => line.Title == title).Value ?? ""))]);
        console.Write(table);
    }

    private IEnumerable<(string Title, string Value)> Lines() =>
    [
        ("Data", Data),
        ("Rows", FormattableString.Invariant($"{Figures.Rows}")),
        ("Label", Label),
        ("Ablations", Ablations),
        ("Alpha", Alpha is { } alpha ? FormattableString.Invariant($"{alpha}") : "none: without chance"),
        .. Figures.Lines(),
        .. Table is null ? [] : ((string, string)[])[("Certified table", Table)],
    ];
}
