using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers: ablations go through them as a data view.</summary>
/// <param name="batch">The ablations of the current row.</param>
/// <param name="scored">The view that the transformers make of it.</param>
/// <param name="predictedLabel">The column of <paramref name="scored"/> that has the base classifier's answer.</param>
/// <param name="classCount">Classes of that column's key type.</param>
internal sealed class DataViewVoteSource(AblatedBatchView batch, IDataView scored, DataViewSchema.Column predictedLabel, int classCount)
    : IVoteSource
{
    private readonly Lock _lock = new();

    public int ClassCount => classCount;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges)
    {
        lock (_lock)
            return [.. ranges.Select(range => Count(planar.Span, key, range))];
    }

    private int[] Count(ReadOnlySpan<float> planar, AblationKey key, SampleRange range)
    {
        var votes = new int[classCount];
        batch.Show(planar, key, range);
        using DataViewRowCursor cursor = scored.GetRowCursor([predictedLabel]);
        ValueGetter<uint> getLabel = RowCursorUtils.GetGetterAs<uint>(NumberDataViewType.UInt32, cursor, predictedLabel.Index);
        uint label = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            if (label == 0)
            {
                throw new InvalidOperationException($"The base classifier gave no class (a missing key in '{predictedLabel.Name}') for "
                    + "an ablated row; its transformers must answer every row.");
            }
            votes[label - 1]++;
        }
        return votes;
    }

    public void Dispose()
    {
        // Nothing is held: the transformers belong to the certifier.
    }
}
