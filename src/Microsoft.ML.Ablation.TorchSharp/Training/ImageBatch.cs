using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Room for a batch of rows: the class of each, and one or more ablations of its image.</summary>
/// <param name="shape">The shape of an image.</param>
/// <param name="capacity">The most rows.</param>
/// <param name="masks">Ablations of each row.</param>
internal sealed class ImageBatch(NetworkShape shape, int capacity, int masks = 1)
{
    private readonly int _rowValues = checked(masks * shape.Values);
    private readonly float[] _images = new float[checked((long)capacity * masks * shape.Values)];
    private readonly long[] _classes = new long[capacity];

    /// <summary>Rows in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Ablations of each row.</summary>
    public int Masks => masks;

    public bool IsFull => Count == _classes.Length;

    /// <summary>The place of the next row's ablations, one after the other.</summary>
    public Span<float> NextRow => _images.AsSpan(Count * _rowValues, _rowValues);

    /// <summary>The place of the next row's class, from 0.</summary>
    public ref long NextClass => ref _classes[Count];

    /// <summary>Takes the next row in.</summary>
    public void Take() => Count++;

    public void Clear() => Count = 0;

    /// <summary>The place of one ablation of the next row.</summary>
    public Span<float> NextImage(int mask) => NextRow.Slice(mask * shape.Values, shape.Values);

    /// <summary>The ablations of all rows as [count · masks, channels, height, width].</summary>
    public Tensor ImagesOn(Device device) => TensorMemory.Copy<float>(_images.AsSpan(0, Count * _rowValues),
        [Count * masks, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, device);

    /// <summary>The classes as [count] of Int64.</summary>
    public Tensor ClassesOn(Device device) => TensorMemory.Copy<long>(_classes.AsSpan(0, Count), [Count], ScalarType.Int64, device);
}
