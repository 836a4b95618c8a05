using System.Globalization;
using System.Text;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Certified rows: how they came out, and as CSV.</summary>
/// <param name="classes">The names of the classes.</param>
/// <param name="hasFiles">Whether rows are files, whose paths are the last cell.</param>
internal sealed class CertifiedTable(string[] classes, bool hasFiles)
{
    private readonly List<CertifiedOutcome> _outcomes = [];
    private readonly StringBuilder _csv =
        new StringBuilder("row,label,predicted,abstained,certified_radius,lower_bound,selection_votes,votes").Append(hasFiles ? ",file\n" : "\n");

    public IReadOnlyList<CertifiedOutcome> Outcomes => _outcomes;

    /// <summary>A header and a line per row.</summary>
    public string Csv => _csv.ToString();

    public void Add(CertifiedLine row)
    {
        RowResult result = row.Result;
        string predicted = result.Abstained ? "" : classes[result.PredictedClass];
        _outcomes.Add(new CertifiedOutcome(predicted == row.Label && !result.Abstained, result.Abstained, result.Certified.Radius));
        _csv.Append(CultureInfo.InvariantCulture, $"{row.Row},{Quote(row.Label)},{Quote(predicted)},{(result.Abstained ? 1 : 0)},")
            .Append(CultureInfo.InvariantCulture, $"{result.Certified.Radius},{result.Certified.LowerBound:R},")
            .Append(Counts(result.SelectionVotes())).Append(',').Append(Counts(result.EstimationVotes()))
            .Append(hasFiles ? $",{Quote(row.File!)}\n" : "\n");
    }

    private static string Quote(string name)
        => name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Counts(int[] votes) => string.Join(' ', votes.Select(count => count.ToString(CultureInfo.InvariantCulture)));
}
