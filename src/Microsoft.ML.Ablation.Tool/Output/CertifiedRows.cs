using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Certifies the rows of a certifier's input in order; rows that a run has finished already are taken from it.</summary>
/// <param name="certifier">The certifier.</param>
/// <param name="input">What it takes.</param>
/// <param name="firstRow">The number of the first row in the data.</param>
/// <param name="run">The run; null for none.</param>
internal sealed class CertifiedRows(SmoothedCertifierTransformer certifier, IDataView input, long firstRow, RunFolder<RunManifest, RunRow>? run)
{
    public const string Path = "ImagePath";

    /// <summary>Reads the true classes of a cursor's rows.</summary>
    public required Func<DataViewRow, Func<string>> Labels { get; init; }

    /// <summary>The attributes of a row by its number in the input, which the run keeps; null where rows are images.</summary>
    public Func<long, IReadOnlyList<string>>? Attributes { get; init; }

    /// <exception cref="InvalidDataException">A row is not the one that the run certified.</exception>
    public IEnumerable<LabelledResult> Read()
    {
        DataViewSchema.Column? path = input.Schema.GetColumnOrNull(Path);
        using var cursor = new CertifiedCursor(certifier, input, path is null ? [input.Schema["Label"]] : [input.Schema["Label"], path.Value]);
        Func<string> labelOf = Labels(cursor.Input);
        Func<string?> fileOf = FileReader(cursor.Input, path);
        RunCertifier? counted = run?.Manifest.MakeCertifier(RunClaims.None);
        IReadOnlyList<RunRow> finished = run?.Finished ?? [];
        while (cursor.MoveNext())
        {
            var row = new LabelledResult(firstRow + cursor.Input.Position, labelOf(), fileOf(), default);
            yield return counted is not null && cursor.Input.Position < finished.Count
                ? row with { Result = counted.Certify(Same(finished[(int)cursor.Input.Position], row, cursor)) }
                : row with { Result = Certify(row, cursor) };
        }
    }

    /// <summary>What the run has of a row.</summary>
    /// <exception cref="InvalidDataException">The run certified another row.</exception>
    private static RunRow Same(RunRow finished, LabelledResult row, CertifiedCursor cursor) => finished.Key == cursor.Key.ToString() && finished.Label == row.Label
        ? finished
        : throw RunRow.IsAnother(row.Row);

    /// <summary>Certifies a row and adds it to the run.</summary>
    private RowResult Certify(LabelledResult row, CertifiedCursor cursor)
    {
        long began = Stopwatch.GetTimestamp();
        RowResult result = cursor.Result;
        if (run is not null)
        {
            RunRow record = run.Manifest.Record(new RunRowName(row.Row, cursor.Key.ToString(), row.Label, row.File), result, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 4));
            run.Append(record with { Attributes = Attributes?.Invoke(cursor.Input.Position), Words = cursor.Session is WordSession ? cursor.Positions : null });
        }
        return result;
    }

    /// <summary>Reads true classes from the column of a class map.</summary>
    /// <param name="classes">The column, and the classes of the model.</param>
    /// <param name="firstRow">The number of the first row in the data.</param>
    public static Func<DataViewRow, Func<string>> LabelsOf(ClassMap classes, long firstRow) => row =>
    {
        ValueGetter<uint> getLabel = classes.LabelGetter(row, () => firstRow + row.Position);
        uint key = 0;
        return () =>
        {
            getLabel(ref key);
            return classes.Classes[(int)key - 1];
        };
    };

    private static Func<string?> FileReader(DataViewRow row, DataViewSchema.Column? path)
    {
        if (path is null)
            return () => null;
        ValueGetter<ReadOnlyMemory<char>> getPath = row.GetGetter<ReadOnlyMemory<char>>(path.Value);
        ReadOnlyMemory<char> file = default;
        return () =>
        {
            getPath(ref file);
            return file.ToString();
        };
    }
}
