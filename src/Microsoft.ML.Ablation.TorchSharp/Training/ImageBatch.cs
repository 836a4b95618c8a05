using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Room for a batch of planar images and their classes.</summary>
internal sealed class ImageBatch(NetworkShape shape, int capacity)
{
    private readonly float[] _images = new float[checked(capacity * shape.Values)];
    private readonly long[] _classes = new long[capacity];

    /// <summary>Images in the batch.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == _classes.Length;

    /// <summary>The place of the next image.</summary>
    public Span<float> NextImage => _images.AsSpan(Count * shape.Values, shape.Values);

    /// <summary>The place of the next image's class, from 0.</summary>
    public ref long NextClass => ref _classes[Count];

    /// <summary>Takes the next image and class in.</summary>
    public void Take() => Count++;

    public void Clear() => Count = 0;

    /// <summary>The images as [count, channels, height, width].</summary>
    public Tensor ImagesOn(Device device) => TensorMemory.Copy<float>(_images.AsSpan(0, Count * shape.Values),
        [Count, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, device);

    /// <summary>The classes as [count] of Int64.</summary>
    public Tensor ClassesOn(Device device) => TensorMemory.Copy<long>(_classes.AsSpan(0, Count), [Count], ScalarType.Int64, device);
}
