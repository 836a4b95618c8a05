using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Memory for a batch of rows: the class of each, and one or more ablations of its image.</summary>
/// <param name="shape">The shape of an image.</param>
/// <param name="capacity">The largest number of rows.</param>
/// <param name="masks">Ablations of each row.</param>
/// <param name="hasWholeImages">Whether each row also has its image without ablation.</param>
internal sealed class ImageBatch(NetworkShape shape, int capacity, int masks = 1, bool hasWholeImages = false)
{
    private readonly int _rowImages = masks + (hasWholeImages ? 1 : 0);
    private readonly float[] _images = new float[checked((long)capacity * (masks + (hasWholeImages ? 1 : 0)) * shape.Values)];
    private readonly long[] _classes = new long[capacity];

    /// <summary>Rows in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Ablations of each row.</summary>
    public int Masks => masks;

    /// <summary>Whether each row has the image without ablation, after its ablations.</summary>
    public bool HasWholeImages => hasWholeImages;

    public bool IsFull => Count == _classes.Length;

    /// <summary>The memory of the next row's images.</summary>
    public Span<float> NextRow => _images.AsSpan(Count * _rowImages * shape.Values, _rowImages * shape.Values);

    /// <summary>The class of the next row, from 0.</summary>
    public ref long NextClass => ref _classes[Count];

    /// <summary>Adds the next row to the batch.</summary>
    public void Take() => Count++;

    public void Clear() => Count = 0;

    /// <summary>The memory of one image of the next row.</summary>
    public Span<float> NextImage(int index) => NextRow.Slice(index * shape.Values, shape.Values);

    /// <summary>
    /// All images, the ablations of a row and then its whole image, as [count, images, channels, height, width].
    /// </summary>
    public Tensor RowsOn(Device device) => TensorMemory.Copy<float>(_images.AsSpan(0, Count * _rowImages * shape.Values),
        [Count, _rowImages, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, device);

    /// <summary>The ablations as [count · masks, channels, height, width].</summary>
    public Tensor ImagesOn(Device device) => AblationsOf(RowsOn(device));

    /// <summary>The ablations among <see cref="RowsOn"/>, as [count · masks, channels, height, width].</summary>
    public Tensor AblationsOf(Tensor rows) => rows.narrow(1, 0, masks).flatten(0, 1);

    /// <summary>The whole images among <see cref="RowsOn"/>, as [count, channels, height, width].</summary>
    public Tensor WholeImagesOf(Tensor rows) => rows.select(1, masks);

    /// <summary>
    /// The whole image beside each ablation among <see cref="RowsOn"/>, as [count · masks, channels · height · width].
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="channels">The number of its first channels to take.</param>
    public Tensor WholeImagesOf(Tensor rows, int channels) =>
        rows.narrow(1, masks, 1).narrow(2, 0, channels).flatten(1).repeat_interleave(masks, 0);

    /// <summary>The classes as [count] of Int64.</summary>
    public Tensor ClassesOn(Device device) => TensorMemory.Copy<long>(_classes.AsSpan(0, Count), [Count], ScalarType.Int64, device);
}
