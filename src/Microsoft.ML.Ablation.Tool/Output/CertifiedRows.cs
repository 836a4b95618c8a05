using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>One certified row.</summary>
/// <param name="Row">Its number in the data.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Result">Its class and certificate.</param>
internal readonly record struct CertifiedLine(long Row, string Label, string? File, RowResult Result);

/// <summary>Certifies the rows of a certifier's input in order; those that a run has finished already are taken from it.</summary>
internal sealed class CertifiedRows(SmoothedCertifierTransformer certifier, IDataView input, ClassMap classes, long firstRow, RunFolder<RunManifest, RunRow>? run)
{
    public const string Path = "ImagePath";

    /// <exception cref="InvalidDataException">A row is not the one that the run certified.</exception>
    public IEnumerable<CertifiedLine> Read()
    {
        DataViewSchema.Column label = input.Schema["Label"];
        DataViewSchema.Column? path = input.Schema.GetColumnOrNull(Path);
        using var cursor = new CertifiedCursor(certifier, input, path is null ? [label] : [label, path.Value]);
        ValueGetter<uint> getLabel = classes.LabelGetter(cursor.Input, () => firstRow + cursor.Input.Position);
        ValueGetter<ReadOnlyMemory<char>>? getPath = path is null ? null : cursor.Input.GetGetter<ReadOnlyMemory<char>>(path.Value);
        RunCertifier? counted = run is null ? null : new RunCertifier(run.Manifest);
        ReadOnlyMemory<char> file = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref key);
            getPath?.Invoke(ref file);
            var line = new CertifiedLine(firstRow + cursor.Input.Position, classes.Classes[(int)key - 1], getPath is null ? null : file.ToString(), default);
            if (run is not null && cursor.Input.Position < run.Finished.Count)
            {
                RunRow finished = run.Finished[(int)cursor.Input.Position];
                if (finished.Key != cursor.Key.ToString() || finished.Label != line.Label)
                {
                    throw new InvalidDataException($"Row {line.Row} is not the one that the run certified: its content or its label has changed. Give "
                        + "the data that it began with, or another folder.");
                }
                yield return line with { Result = counted!.Certify(finished) };
                continue;
            }
            long began = Stopwatch.GetTimestamp();
            line = line with { Result = cursor.Result };
            run?.Append(new RunRow(line.Row, cursor.Key.ToString(), line.Label, line.File, CountPairs.Of(line.Result.SelectionCounts),
                CountPairs.Of(line.Result.EstimationCounts), Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 4)));
            yield return line;
        }
    }
}
