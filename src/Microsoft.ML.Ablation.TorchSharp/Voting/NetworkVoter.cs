using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A network, its input and how rows reach it; what the streams of a <see cref="TorchVoteSource"/> share.</summary>
internal sealed class NetworkVoter : IDisposable
{
    private readonly AblationEncoder _encoder;
    private readonly float[] _encoded;

    /// <param name="network">In the number format to score in, on the device to score on; owned from now on.</param>
    /// <param name="encoder">How rows are encoded; its channels and positions fit the network.</param>
    /// <param name="retainedPixels">The number k of retained positions.</param>
    public NetworkVoter(ConvolutionalNetwork network, AblationEncoder encoder, int retainedPixels)
    {
        Network = network;
        _encoder = encoder;
        RetainedPixels = retainedPixels;
        ImageShape shape = encoder.Layout.Shape;
        Input = shape with { Channels = encoder.EncodedChannels };
        Positions = shape.Positions;
        _encoded = new float[Input.Values];
        BatchSize = BatchSizeFor(Input.Values);
    }

    public ConvolutionalNetwork Network { get; }

    public int ClassCount => Network.Shape.Classes;

    /// <summary>The encoded shape of one sample.</summary>
    public ImageShape Input { get; }

    public int Positions { get; }

    public int RetainedPixels { get; }

    /// <summary>
    /// Samples per call of the network, the same for every call: a divisor of 1,000, so that the usual plans fill every
    /// batch, of at most 2²² values.
    /// </summary>
    public int BatchSize { get; }

    internal static int BatchSizeFor(int valuesPerSample)
        => ((int[])[250, 200, 125, 100, 50, 40, 25, 20, 10, 8, 5, 4, 2]).FirstOrDefault(size => (long)size * valuesPerSample <= 1 << 22, 1);

    /// <exception cref="ArgumentException">The row has another length than the network takes.</exception>
    public EncodedRow EncodeRow(ReadOnlySpan<float> planar)
    {
        if (planar.Length != _encoder.Layout.Shape.Values)
            throw new ArgumentException($"The row has {planar.Length} values, but the network takes {_encoder.Layout.Shape.Values}.");
        _encoder.EncodeAll(planar, _encoded);
        return EncodedRow.From(_encoded, Network.Precision == ScalarType.BFloat16);
    }

    /// <summary>A sample with every position NULL.</summary>
    public EncodedRow NullSample()
    {
        var values = new float[Input.Values];
        for (int channel = 0; channel < Input.Channels; channel++)
            values.AsSpan(channel * Positions, Positions).Fill(_encoder.Null[channel]);
        return EncodedRow.From(values, Network.Precision == ScalarType.BFloat16);
    }

    public VoteStream MakeStream() => new(this);

    public void Dispose() => Network.Dispose();
}
