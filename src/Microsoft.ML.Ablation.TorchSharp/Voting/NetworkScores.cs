using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A network and the masks that it scores, for a <see cref="ThreadedScoreSource"/>.</summary>
internal sealed class NetworkScores : IDisposable
{
    private readonly ScoringNetwork _network;
    private readonly MaskSet _masks;

    private NetworkScores(ScoringNetwork network, MaskSet masks) => (_network, _masks) = (network, masks);

    /// <summary>Makes a source with one thread per core, or as many as memory allows; on a GPU one.</summary>
    /// <param name="network">The network; the source becomes its owner, like that of the masks.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="memoryLimit">Bytes that the batches of all threads may take; null for a gibibyte.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one mask fits the limit; network and masks are disposed then.</exception>
    public static ThreadedScoreSource CreateSource(ScoringNetwork network, MaskSet masks, long? memoryLimit, int? threads)
    {
        var scores = new NetworkScores(network, masks);
        try
        {
            long limit = memoryLimit ?? BatchShape.UsualMemoryOnCpu;
            bool onCpu = network.Device.type == global::TorchSharp.DeviceType.CPU;
            // The size of a batch does not depend on the number of threads, so that scores are the same on two cores and on twenty.
            int size = network.WorkingValuesOfMasks is null
                ? Math.Min(masks.Family.Count, BatchShape.Largest(BatchShape.Sizes(network.WorkingValues, onCpu), network.WorkingBytes, limit))
                : masks.Family.Count;
            long bytes = network.WorkingValuesOfMasks * sizeof(float) ?? size * network.WorkingBytes;
            int most = onCpu ? threads ?? Environment.ProcessorCount : 1;
            return OperatorThreads.Keep(() => new ThreadedScoreSource(network.Shape.Classes, masks.Encoder.Shape.Values, (int)Math.Clamp(limit / bytes, 1, most),
                () => scores.OpenStream(size), scores));
        }
        catch
        {
            scores.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _masks.Dispose();
    }

    private MaskStream OpenStream(int batchSize)
    {
        OperatorThreads.BeAlone();
        return _network.WorkingValuesOfMasks is null ? new AblatedMaskStream(_network, _masks, batchSize) : new WholeMaskStream(_network, _masks);
    }
}
