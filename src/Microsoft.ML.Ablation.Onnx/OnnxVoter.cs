using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A network and the encoding of its input, for the vote engine on the processor.</summary>
internal sealed class OnnxVoter : IBatchScorer
{
    private readonly float[] _encoded;

    /// <param name="network">The network.</param>
    /// <param name="encoder">Encodes rows; its channels and positions fit the network.</param>
    /// <param name="retainedCount">The number k of retained positions.</param>
    public OnnxVoter(OnnxNetwork network, AblationEncoder encoder, int retainedCount)
    {
        (Network, Encoder, RetainedCount) = (network, encoder, retainedCount);
        _encoded = new float[encoder.EncodedValues];
        Null = network.ToInput(encoder.Null.ToArray());
    }

    public OnnxNetwork Network { get; }

    public AblationEncoder Encoder { get; }

    public int RetainedCount { get; }

    /// <summary>One NULL pixel.</summary>
    public EncodedRow Null { get; }

    public int ClassCount => Network.Signature.Classes;

    public EncodedRow EncodeRow(ReadOnlySpan<float> planar)
    {
        if (planar.Length != Encoder.Layout.Shape.Values)
            throw new ArgumentException($"The row has {planar.Length} values, but the network takes {Encoder.Layout.Shape.Values}.");
        Encoder.EncodeAll(planar, _encoded);
        return Network.ToInput(_encoded);
    }

    public IBatchStream OpenStream(int batchSize) => new OnnxVoteStream(this, batchSize);

    /// <summary>Makes the source of votes; it becomes the owner of this voter.</summary>
    /// <param name="memoryLimit">Bytes that batches may take; null for a gibibyte.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits the limit.</exception>
    public CpuVoteSource CreateSource(long? memoryLimit, int? threads)
        => CpuVoteSource.Create(this, Network.WorkingValues, Network.WorkingValues * sizeof(float), memoryLimit, threads, Network.Signature.FixedBatch);

    public void Dispose()
    {
    }
}
