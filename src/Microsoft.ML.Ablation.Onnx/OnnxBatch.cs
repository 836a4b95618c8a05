using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A session with memory for a batch of images and their scores, which are reused. For one thread at a time.</summary>
internal sealed class OnnxBatch : IDisposable
{
    private readonly OnnxNetwork _network;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly float[] _images;
    private readonly float[] _scores;
    private readonly Dictionary<int, (OrtValue Images, OrtValue Scores)> _views = [];

    /// <param name="network">The network; it outlives the batch.</param>
    /// <param name="size">Number of images.</param>
    public OnnxBatch(OnnxNetwork network, int size)
        : this(network, size, network.OpenSession())
    {
    }

    /// <param name="network">The network; it outlives the batch.</param>
    /// <param name="size">Number of images.</param>
    /// <param name="session">A session of the network; the batch becomes its owner.</param>
    public OnnxBatch(OnnxNetwork network, int size, InferenceSession session)
    {
        (_network, _session) = (network, session);
        _images = new float[checked(size * network.Values)];
        _scores = new float[size * network.Signature.Classes];
        Size = size;
    }

    public int Size { get; }

    /// <summary>The images in the order of the input, one after the other.</summary>
    public Span<byte> Images => MemoryMarshal.AsBytes(_images.AsSpan());

    /// <summary>Scores the first images.</summary>
    /// <param name="count">Their number; the size of the batch where the file fixes it.</param>
    /// <returns>A score per class, image after image; valid until the next call.</returns>
    public ReadOnlySpan<float> Score(int count)
    {
        if (!_views.TryGetValue(count, out (OrtValue Images, OrtValue Scores) view))
            _views[count] = view = (View(_images, count, _network.Signature.Shape), View(_scores, count, [_network.Signature.Classes]));
        _session.Run(_run, [_network.Signature.Input], [view.Images], [_network.Signature.Output], [view.Scores]);
        return _scores.AsSpan(0, count * _network.Signature.Classes);
    }

    /// <summary>The probabilities of the scores of one image, in place.</summary>
    public void ToProbabilities(Span<float> scores) => OnnxNetwork.ToProbabilities(scores, _network.Signature.Scores);

    public void Dispose()
    {
        foreach ((OrtValue images, OrtValue scores) in _views.Values)
        {
            images.Dispose();
            scores.Dispose();
        }
        _run.Dispose();
        _session.Dispose();
    }

    private static OrtValue View(float[] values, int count, long[] shape)
        => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, (int)(count * shape.Aggregate(1L, (product, side) => product * side))), [count, .. shape]);
}
