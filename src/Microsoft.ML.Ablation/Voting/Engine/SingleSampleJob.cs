using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Single samples of one row, in batches that are no larger than necessary: one per stream if there are few samples.
/// </summary>
internal sealed class SingleSampleJob : IScoringJob
{
    // Sixteen samples take as long as nine, and libraries need preparation for each new size.
    private const int Granularity = 16;

    private readonly ReadOnlyMemory<uint> _samples;
    private readonly AblationStage _stage;
    private readonly int _classCount;
    private readonly int _size;
    private int _taken = -1;

    /// <param name="row">The row.</param>
    /// <param name="key">The key of the ablations.</param>
    /// <param name="stage">The stage of the samples.</param>
    /// <param name="samples">Their indices.</param>
    /// <param name="largest">The most samples in a batch.</param>
    /// <param name="streams">Number of streams that take batches.</param>
    /// <param name="classCount">Number of classes.</param>
    public SingleSampleJob(EncodedRow row, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples, int largest, int streams, int classCount)
    {
        (Row, Key, _stage, _samples, _classCount) = (row, key, stage, samples, classCount);
        _size = BatchSizeFor((samples.Length + streams - 1) / streams, largest);
        Answers = new int[samples.Length];
    }

    public EncodedRow Row { get; }

    public AblationKey Key { get; }

    public ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>The predicted class of each sample.</summary>
    public int[] Answers { get; }

    public VoteBatch? Next()
    {
        int index = Interlocked.Increment(ref _taken);
        int first = index * _size;
        if (first >= _samples.Length)
            return null;
        ReadOnlyMemory<uint> samples = _samples.Slice(first, Math.Min(_size, _samples.Length - first));
        return new VoteBatch(index, _stage, 0, 0, samples.Length) { SingleSamples = samples };
    }

    public void Add(VoteBatch batch, ReadOnlySpan<float> scores)
    {
        for (int slot = 0; slot < batch.End; slot++)
            Answers[batch.Range * _size + slot] = TensorPrimitives.IndexOfMax(scores.Slice(slot * _classCount, _classCount));
    }

    /// <summary>The size of the batch that is scored for so many samples.</summary>
    public static int BatchSizeFor(int count, int largest) =>
        Math.Min(largest, (count + Granularity - 1) / Granularity * Granularity);
}
