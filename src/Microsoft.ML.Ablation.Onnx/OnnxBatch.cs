using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A session with memory for a batch of images and their scores, which are reused. For one thread at a time.</summary>
internal sealed class OnnxBatch : IDisposable
{
    private readonly OnnxNetwork _network;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly byte[] _images;
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
        // Pinned, because ONNX Runtime reads and writes them in place.
        _images = GC.AllocateArray<byte>(checked(size * network.Values * network.ValueSize), pinned: true);
        _scores = GC.AllocateArray<float>(size * network.Signature.Classes, pinned: true);
        Size = size;
    }

    public int Size { get; }

    /// <summary>The images in the order of the input, one after the other.</summary>
    public Span<byte> Images => _images;

    /// <summary>Scores the first images.</summary>
    /// <param name="count">Their number; the size of the batch where the file fixes it.</param>
    /// <returns>A score per class, image after image; valid until the next call.</returns>
    public ReadOnlySpan<float> Score(int count)
    {
        (OrtValue Images, OrtValue Scores) view = ViewsOf(count);
        _session.Run(_run, [_network.Signature.Input], [view.Images], [_network.Signature.Output], [view.Scores]);
        return _scores.AsSpan(0, count * _network.Signature.Classes);
    }

    /// <summary>Computes values of the whole batch, for a session that has them as outputs.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Compute(IReadOnlyCollection<string> outputs) => _session.Run(_run, [_network.Signature.Input], [ViewsOf(Size).Images], outputs);

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

    private (OrtValue Images, OrtValue Scores) ViewsOf(int count)
    {
        if (!_views.TryGetValue(count, out (OrtValue Images, OrtValue Scores) view))
        {
            _views[count] = view = (View(_images, _network.Signature.InputType, _network.ValueSize, count, _network.Signature.Shape),
                View(_scores, TensorElementType.Float, sizeof(float), count, [_network.Signature.Classes]));
        }
        return view;
    }

    private static OrtValue View<T>(T[] values, TensorElementType type, int size, int count, long[] shape) => OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type,
        [count, .. shape], Marshal.UnsafeAddrOfPinnedArrayElement(values, 0), shape.Aggregate((long)count * size, (bytes, side) => bytes * side));
}
