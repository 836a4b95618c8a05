using System.Text.Json.Serialization;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>An explained certificate, as <c>--json</c> prints it.</summary>
/// <param name="Input">What the user calls the row.</param>
/// <param name="Explanation">The explanation.</param>
internal sealed record ExplanationResult(string Input, [property: JsonIgnore] CertificateExplanation Explanation)
{
    private const int MostPositions = 20;

    /// <summary>The class; null where the model abstains.</summary>
    public string? PredictedLabel => Explanation.PredictedClass;

    public bool Abstained => Explanation.Abstained;

    /// <summary>−1 where nothing is certified.</summary>
    public int CertifiedRadius => Explanation.CertifiedRadius;

    public string Rule => Explanation.Rule.ToString();

    /// <summary>Null where the certificate holds without chance.</summary>
    public double? Alpha => Explanation.Alpha;

    /// <summary>What speaks for each class.</summary>
    public IReadOnlyList<ClassVotes> Classes => Explanation.Classes;

    /// <summary>The class that comes closest.</summary>
    public string Competitor => Explanation.Competitor.Name;

    /// <summary>What a larger radius needs; null where none can be reached.</summary>
    public NextRadius? Next => Explanation.Next;

    /// <summary>The positions that matter most for the lead, or against it.</summary>
    public IReadOnlyList<PositionImportance> MostImportant => Explanation.MostImportant(MostPositions);

    /// <summary>The explanation in plain words.</summary>
    public string Text => Explanation.ToString();

    public void Print(IAnsiConsole console) => console.Profile.Out.Writer.WriteLine(Text);
}
