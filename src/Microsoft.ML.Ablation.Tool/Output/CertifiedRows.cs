using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Certifies the rows of a certifier's input in order; rows that a run has finished already are taken from it.</summary>
internal sealed class CertifiedRows(SmoothedCertifierTransformer certifier, IDataView input, ClassMap classes, long firstRow, RunFolder<RunManifest, RunRow>? run)
{
    public const string Path = "ImagePath";

    /// <exception cref="InvalidDataException">A row is not the one that the run certified.</exception>
    public IEnumerable<LabelledResult> Read()
    {
        DataViewSchema.Column label = input.Schema["Label"];
        DataViewSchema.Column? path = input.Schema.GetColumnOrNull(Path);
        using var cursor = new CertifiedCursor(certifier, input, path is null ? [label] : [label, path.Value]);
        Func<string> labelOf = LabelReader(cursor.Input);
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
        : throw new InvalidDataException($"Row {row.Row} is not the one that the run certified: its content or its label has changed. Give "
            + "the data that the run began with, or another folder.");

    /// <summary>Certifies a row and adds it to the run.</summary>
    private RowResult Certify(LabelledResult row, CertifiedCursor cursor)
    {
        long began = Stopwatch.GetTimestamp();
        RowResult result = cursor.Result;
        run?.Append(run.Manifest.Record(new RunRowName(row.Row, cursor.Key.ToString(), row.Label, row.File), result,
            Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 4)));
        return result;
    }

    private Func<string> LabelReader(DataViewRow row)
    {
        ValueGetter<uint> getLabel = classes.LabelGetter(row, () => firstRow + row.Position);
        uint key = 0;
        return () =>
        {
            getLabel(ref key);
            return classes.Classes[(int)key - 1];
        };
    }

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
