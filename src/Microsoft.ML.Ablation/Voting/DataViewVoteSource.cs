using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers: ablations go through them as a data view.</summary>
/// <param name="batch">The ablations of the current row.</param>
/// <param name="scored">The view that the transformers make of it.</param>
/// <param name="answer">The base classifier's answer in <paramref name="scored"/>: its class, or for contests its scores.</param>
/// <param name="classCount">Classes.</param>
internal sealed class DataViewVoteSource(AblatedBatchView batch, IDataView scored, DataViewSchema.Column answer, int classCount)
    : IVoteSource
{
    private readonly Lock _lock = new();

    public int ClassCount => classCount;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        lock (_lock)
        {
            return [.. ranges.Select(range =>
            {
                var counts = new int[ballot.CountLength(classCount)];
                batch.Show(planar.Span, key, range);
                using DataViewRowCursor cursor = scored.GetRowCursor([answer]);
                if (ballot == Ballot.Plurality)
                    CountClasses(cursor, counts);
                else
                    CountContests(cursor, counts);
                return counts;
            })];
        }
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        lock (_lock)
        {
            if (answer.Type is not KeyDataViewType)
                throw new NotSupportedException("Answers to single ablations are classes, but this source reads scores for contests.");
            batch.Show(planar.Span, key, stage, samples);
            using DataViewRowCursor cursor = scored.GetRowCursor([answer]);
            return [.. Classes(cursor)];
        }
    }

    private void CountContests(DataViewRowCursor cursor, int[] contests)
    {
        ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(answer);
        VBuffer<float> scores = default;
        var dense = new float[classCount];
        while (cursor.MoveNext())
        {
            getScores(ref scores);
            scores.CopyTo(dense);
            Contests.Add(dense, contests);
        }
    }

    private void CountClasses(DataViewRowCursor cursor, int[] votes)
    {
        foreach (int index in Classes(cursor))
            votes[index]++;
    }

    private IEnumerable<int> Classes(DataViewRowCursor cursor)
    {
        ValueGetter<uint> getLabel = RowCursorUtils.GetGetterAs<uint>(NumberDataViewType.UInt32, cursor, answer.Index);
        uint label = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            if (label == 0)
            {
                throw new InvalidOperationException($"The base classifier gave no class (a missing key in '{answer.Name}') for "
                    + "an ablated row; its transformers must answer every row.");
            }
            yield return (int)label - 1;
        }
    }

    public void Dispose()
    {
        // Nothing is held: the transformers belong to the certifier.
    }
}
