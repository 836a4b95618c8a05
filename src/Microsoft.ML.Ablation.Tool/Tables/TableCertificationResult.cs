using System.Text.Json.Serialization;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The outcome of a certification of a table, as <c>--json</c> prints it.</summary>
/// <param name="Data">The table.</param>
/// <param name="Label">The column that is predicted.</param>
/// <param name="Task">The task.</param>
/// <param name="Attributes">How many attributes a row has; null for texts.</param>
/// <param name="Against">What is certified against.</param>
/// <param name="Figures">How the rows came out.</param>
internal sealed record TableCertificationResult(string Data, string Label, string Task, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attributes,
    [property: JsonIgnore] string Against, TableFigures Figures)
{
    public string? Table { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    public double Seconds { get; init; }

    public void Print(IAnsiConsole console) => FiguresTable.Print(console, $"Certified against {Against}",
    [
        ("Data", Path.GetFileName(Data)),
        ("Rows", FormattableString.Invariant($"{Figures.Rows}")),
        ("Label, task", $"{Label}, {Task}"),
        .. Attributes is { } count ? ((string, string)[])[("Attributes", FormattableString.Invariant($"{count}"))] : [],
        .. Figures.Lines(),
        .. Table is null ? [] : ((string, string)[])[("Certified table", Table)],
        ("Time", FormattableString.Invariant($"{Seconds} s")),
    ]);
}
