using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A network, its input and how rows reach it; what the streams of a <see cref="TorchVoteSource"/> share.</summary>
internal sealed class NetworkVoter : IDisposable
{
    private readonly AblationEncoder _encoder;
    private readonly float[] _encoded;

    /// <param name="network">In evaluation mode, in <paramref name="numberType"/>, on <paramref name="device"/>; owned from now on.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="numberType">Float32 or bfloat16.</param>
    /// <param name="classCount">Outputs of the network.</param>
    /// <param name="encoder">How rows are encoded; its channels and positions fit the network.</param>
    /// <param name="retainedPixels">The number k of retained positions.</param>
    public NetworkVoter(Module<Tensor, Tensor> network, Device device, ScalarType numberType, int classCount, AblationEncoder encoder,
        int retainedPixels)
    {
        Network = network;
        Device = device;
        NumberType = numberType;
        ClassCount = classCount;
        _encoder = encoder;
        RetainedPixels = retainedPixels;
        ImageShape shape = encoder.Layout.Shape;
        Input = shape with { Channels = encoder.EncodedChannels };
        Positions = shape.Positions;
        _encoded = new float[Input.Values];
        BatchSize = BatchSizeFor(Input.Values);
    }

    public Module<Tensor, Tensor> Network { get; }

    public Device Device { get; }

    public ScalarType NumberType { get; }

    public int ClassCount { get; }

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

    public EncodedRow EncodeRow(ReadOnlySpan<float> planar)
    {
        _encoder.EncodeAll(planar, _encoded);
        return EncodedRow.From(_encoded, NumberType == ScalarType.BFloat16);
    }

    /// <summary>A sample with every position NULL.</summary>
    public EncodedRow NullSample()
    {
        var values = new float[Input.Values];
        for (int channel = 0; channel < Input.Channels; channel++)
            values.AsSpan(channel * Positions, Positions).Fill(_encoder.Null[channel]);
        return EncodedRow.From(values, NumberType == ScalarType.BFloat16);
    }

    public VoteStream MakeStream() => new(this);

    public void Dispose() => Network.Dispose();
}
