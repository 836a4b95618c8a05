using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A network and the encoding of its input, for all sources of a network's votes.</summary>
internal sealed class NetworkVoter : IBatchScorer
{
    private readonly AblationEncoder _encoder;
    private readonly float[] _encoded;

    /// <param name="network">The network; the voter becomes its owner.</param>
    /// <param name="encoder">Encodes rows; its channels and positions fit the network.</param>
    /// <param name="retainedCount">The number k of retained positions.</param>
    public NetworkVoter(ScoringNetwork network, AblationEncoder encoder, int retainedCount)
    {
        Network = network;
        _encoder = encoder;
        RetainedCount = retainedCount;
        _encoded = new float[network.Shape.Values];
        Null = EncodedRow.From(encoder.Null, encoder.EncodedChannels, network.Precision.ToValueFormat());
    }

    public ScoringNetwork Network { get; }

    public int ClassCount => Network.Shape.Classes;

    public int Positions => _encoder.Layout.Positions;

    public int RetainedCount { get; }

    /// <summary>One NULL pixel.</summary>
    public EncodedRow Null { get; }

    /// <summary>The most bytes in memory at once for one sample, with its input but without the weights.</summary>
    public long BytesPerSample => Network.WorkingBytes;

    /// <summary>Encodes a row. Not thread-safe.</summary>
    /// <exception cref="ArgumentException">The row does not have the length of the network's input.</exception>
    public EncodedRow EncodeRow(ReadOnlySpan<float> planar)
    {
        if (planar.Length != _encoder.Layout.Shape.Values)
            throw new ArgumentException($"The row has {planar.Length} values, but the network takes {_encoder.Layout.Shape.Values}.");
        _encoder.EncodeAll(planar, _encoded);
        return EncodedRow.From(_encoded, _encoder.EncodedChannels, Network.Precision.ToValueFormat());
    }

    /// <summary>Memory for a batch of samples, [count, height, width, channels], on a device.</summary>
    public Tensor MakeInput(int batchSize) =>
        zeros([batchSize, Network.Shape.Height, Network.Shape.Width, Network.Shape.Channels], Network.Precision, Network.Device)
            .DetachFromDisposeScope();

    /// <summary>Makes the source of votes for the network's device; it becomes the owner of this voter.</summary>
    /// <param name="memoryLimit">
    /// Bytes that batches may take; null for a gibibyte on a processor, for all free memory on a GPU.
    /// </param>
    /// <param name="threads">The most threads on a processor; null for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits the limit; the voter is disposed then.</exception>
    public IVoteSource CreateSource(long? memoryLimit, int? threads = null)
    {
        try
        {
            return Network.Device.type == global::TorchSharp.DeviceType.CPU
                ? OperatorThreads.Keep(() => CpuVoteSource.Create(this, Network.WorkingValues, BytesPerSample, memoryLimit, threads))
                : DeviceVoteSource.Create(this, memoryLimit);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes a source of this many threads on the processor; it becomes the owner of this voter.</summary>
    /// <param name="batchSize">Samples scored together.</param>
    /// <param name="streams">Number of threads.</param>
    public CpuVoteSource CreateCpuSource(int batchSize, int streams) => OperatorThreads.Keep(() => new CpuVoteSource(this, batchSize, streams));

    IBatchStream IBatchScorer.OpenStream(int batchSize)
    {
        OperatorThreads.BeAlone();
        return new VoteStream(this, batchSize);
    }

    public void Dispose() => Network.Dispose();
}
