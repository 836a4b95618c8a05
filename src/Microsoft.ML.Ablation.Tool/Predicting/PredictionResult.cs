using System.Text.Json.Serialization;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>What a model says of rows, as <c>--json</c> prints it.</summary>
/// <param name="Model">The model's file.</param>
/// <param name="Label">What is predicted, where the model's file names it.</param>
/// <param name="Against">What is certified against, such as changed pixels.</param>
/// <param name="Change">What nobody can do within a radius, to follow "no".</param>
/// <param name="Predictions">The rows.</param>
internal sealed record PredictionResult(string Model, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Label, string Against,
    [property: JsonIgnore] Func<int, string> Change, IReadOnlyList<Prediction> Predictions)
{
    /// <summary>Prints a line for each row.</summary>
    public void Print(IAnsiConsole console)
    {
        bool areNumbers = Predictions.Any(row => row.Score is not null);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Row").AddColumn(Markup.Escape(Label ?? "Answer")).AddColumn("Certified");
        foreach (Prediction row in Predictions)
            table.AddRow(Markup.Escape(row.Input), Markup.Escape(AnswerOf(row)), Markup.Escape(areNumbers ? Intervals(row) : Radius(row)));
        console.Write(table);
    }

    private static string AnswerOf(Prediction row) => row.Score is { } score ? Number(score) : row.PredictedLabel ?? "none (abstained)";

    private string Radius(Prediction row) => row.CertifiedRadius switch
    {
        null or < 0 => "nothing",
        0 => "for exactly this input",
        int radius => $"no {Change(radius)} alters it",
    };

    /// <summary>A line for each number of changed attributes.</summary>
    private static string Intervals(Prediction row) => string.Join('\n', row.CertifiedLower!.Select((lower, rho) =>
        Invariant($"{rho} changed: {(lower is { } low ? Number(low) : "−∞")} to {(row.CertifiedUpper![rho] is { } high ? Number(high) : "∞")}")));

    private static string Number(double value) => Invariant($"{value:G6}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
