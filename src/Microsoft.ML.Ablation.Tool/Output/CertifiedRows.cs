using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>One certified row: its line of CSV and how it came out.</summary>
internal readonly record struct CertifiedLine(string Csv, CertifiedOutcome Outcome);

/// <summary>Reads a certifier's report row by row.</summary>
internal static class CertifiedRows
{
    private const string Path = "ImagePath";

    /// <summary>The first line of the CSV file; where images are files, the last cell is the file.</summary>
    public static string CsvHeader(DataViewSchema schema)
        => "row,label,predicted,abstained,certified_radius,lower_bound,selection_votes,votes" + (schema.GetColumnOrNull(Path) is null ? "" : ",file");

    /// <summary>The rows in order, each certified when it is asked for.</summary>
    /// <param name="report">The certifier's output with a key column "Label" of the same classes.</param>
    public static IEnumerable<CertifiedLine> Read(IDataView report)
    {
        DataViewSchema schema = report.Schema;
        string[] names = ["Label", "PredictedLabel", "CertifiedRadius", "LowerBound", "SelectionVotes", "Votes"];
        string[] classes = ClassNames(schema);
        DataViewSchema.Column? path = schema.GetColumnOrNull(Path);
        using DataViewRowCursor cursor = report.GetRowCursor([.. names.Select(name => schema[name]), .. path is null ? [] : new[] { path.Value }]);
        var getPath = path is null ? null : cursor.GetGetter<ReadOnlyMemory<char>>(path.Value);
        var getLabel = cursor.GetGetter<uint>(schema["Label"]);
        var getPredicted = cursor.GetGetter<uint>(schema["PredictedLabel"]);
        var getRadius = cursor.GetGetter<int>(schema["CertifiedRadius"]);
        var getBound = cursor.GetGetter<double>(schema["LowerBound"]);
        var getSelection = cursor.GetGetter<VBuffer<int>>(schema["SelectionVotes"]);
        var getVotes = cursor.GetGetter<VBuffer<int>>(schema["Votes"]);
        VBuffer<int> selection = default, votes = default;
        ReadOnlyMemory<char> file = default;
        uint label = 0, predicted = 0;
        int radius = 0;
        double bound = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            getPredicted(ref predicted);
            getRadius(ref radius);
            getBound(ref bound);
            getSelection(ref selection);
            getVotes(ref votes);
            getPath?.Invoke(ref file);
            bool abstained = predicted == 0;
            string csv = string.Create(CultureInfo.InvariantCulture, $"{cursor.Position},{Name(classes, label)},{Name(classes, predicted)},"
                + $"{(abstained ? 1 : 0)},{radius},{bound:R},{Counts(selection)},{Counts(votes)}")
                + (getPath is null ? "" : $",{Quote(file.ToString())}");
            yield return new CertifiedLine(csv, new CertifiedOutcome(predicted == label && !abstained, abstained, radius));
        }
    }

    /// <summary>The names of the classes of a certifier's output.</summary>
    public static string[] ClassNames(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string Name(string[] classes, uint key) => key == 0 ? "" : Quote(classes[key - 1]);

    private static string Quote(string name)
        => name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Counts(in VBuffer<int> votes)
        => string.Join(' ', votes.DenseValues().Select(count => count.ToString(CultureInfo.InvariantCulture)));
}
