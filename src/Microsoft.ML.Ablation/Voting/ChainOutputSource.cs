using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Outputs of any fitted ML.NET transformers for ablations of a row, in as many threads as allowed.</summary>
/// <param name="threads">The transformers; the source becomes their owner.</param>
/// <param name="encoder">How rows are encoded.</param>
internal sealed class ChainOutputSource(ChainThreads<ChainNumber> threads, AblationEncoder encoder) : IDisposable
{
    private readonly float[] _encoded = new float[encoder.EncodedValues];

    /// <summary>The outputs for the first ablations of a row, in their order.</summary>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends it between outputs.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">An output is not a number, or the transformers are no function.</exception>
    public double[] Outputs(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, int count, CancellationToken cancellation)
    {
        var outputs = new double[count];
        threads.Show(ShownVector.Of(encoder, planar.Span, key, _encoded));
        int size = threads.PieceSize(count);
        threads.Run((count + size - 1) / size, new SampleRange(stage, 0, count), (asker, piece) =>
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = piece * size; i < Math.Min((piece + 1) * size, count); i++)
                outputs[i] = asker.OutputOf(stage, (uint)i);
        });
        return outputs;
    }

    public void Dispose() => threads.Dispose();
}
