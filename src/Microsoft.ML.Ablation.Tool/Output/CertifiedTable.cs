using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Files;
using Parquet.Serialization;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Certified rows: how they came out, and as a file.</summary>
/// <param name="classes">The names of the classes.</param>
internal sealed class CertifiedTable(string[] classes)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly List<CertifiedOutcome> _outcomes = [];
    private readonly List<CertifiedRecord> _records = [];

    public IReadOnlyList<CertifiedOutcome> Outcomes => _outcomes;

    /// <summary>The share of the rows that have the most frequent label.</summary>
    public double MostFrequentShare => (double)_records.CountBy(record => record.Label, StringComparer.Ordinal).Max(label => label.Value) / _records.Count;

    public void Add(LabelledResult row)
    {
        RowResult result = row.Result;
        string? predicted = result.Abstained ? null : classes[result.PredictedClass];
        _outcomes.Add(new CertifiedOutcome(predicted == row.Label, result.Abstained, result.Certified.Radius));
        _records.Add(new CertifiedRecord
        {
            Row = row.Row,
            Label = row.Label,
            Predicted = predicted,
            Abstained = result.Abstained,
            CertifiedRadius = result.Certified.Radius,
            LowerBound = result.Certified.LowerBound,
            SelectionVotes = [.. result.SelectionVotes()],
            Votes = [.. result.EstimationVotes()],
            File = row.File,
        });
    }

    /// <summary>Writes a line per row, in the format that the name ends in: .json, .parquet, else CSV.</summary>
    public void Write(AtomicFile file, string path)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".json":
                JsonSerializer.Serialize(file.Stream, _records, s_json);
                break;
            case ".parquet":
                ParquetSerializer.SerializeAsync(_records, file.Stream).GetAwaiter().GetResult();
                break;
            default:
                file.Stream.Write(Encoding.UTF8.GetBytes(ToCsv()));
                break;
        }
        file.Commit();
    }

    private string ToCsv()
    {
        bool hasFiles = _records.Exists(record => record.File is not null);
        var csv = new StringBuilder("row,label,predicted,abstained,certified_radius,lower_bound,selection_votes,votes").Append(hasFiles ? ",file\n" : "\n");
        foreach (CertifiedRecord row in _records)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row.Row},{CsvText.Quote(row.Label)},{CsvText.Quote(row.Predicted)},{(row.Abstained ? 1 : 0)},")
                .Append(CultureInfo.InvariantCulture, $"{row.CertifiedRadius},{row.LowerBound:R},{Counts(row.SelectionVotes)},{Counts(row.Votes)}")
                .Append(hasFiles ? $",{CsvText.Quote(row.File)}\n" : "\n");
        }
        return csv.ToString();
    }

    private static string Counts(List<int> votes) => string.Join(' ', votes.Select(count => count.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>One row of the table.</summary>
internal sealed class CertifiedRecord
{
    public long Row { get; set; }

    public string Label { get; set; } = "";

    /// <summary>Null when abstained.</summary>
    public string? Predicted { get; set; }

    public bool Abstained { get; set; }

    /// <summary>−1 for none.</summary>
    public int CertifiedRadius { get; set; }

    public double LowerBound { get; set; }

    public List<int> SelectionVotes { get; set; } = [];

    public List<int> Votes { get; set; } = [];

    /// <summary>Null where rows are no files.</summary>
    public string? File { get; set; }
}
