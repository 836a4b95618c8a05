using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A column of images: a vector of three dimensions, and its layout.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Channels">Values per pixel.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="IsInterleaved">Height × width × channels if true, channels × height × width if false.</param>
internal sealed record ImageColumn(string Name, int Channels, int Height, int Width, bool IsInterleaved)
{
    /// <summary>The annotation in which a random ablation stores the layout of its column.</summary>
    public const string LayoutAnnotation = AblationTransformer.LayoutAnnotation;

    private const string Interleaved = nameof(AblationLayout.Interleaved);
    private const int MostChannels = 8;

    /// <summary>Values per image.</summary>
    public int Values => Channels * Height * Width;

    /// <summary>The column's type.</summary>
    public VectorDataViewType Type => IsInterleaved
        ? new VectorDataViewType(NumberDataViewType.Single, Height, Width, Channels)
        : new VectorDataViewType(NumberDataViewType.Single, Channels, Height, Width);

    /// <summary>Reads the layout of a column from its annotation, or else from its dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is not a vector of Single of three dimensions, or its layout is ambiguous.
    /// </exception>
    public static ImageColumn Read(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType item } type || item != NumberDataViewType.Single)
            throw Unfit(column, "but it must be a vector of Single with 3 dimensions: channels × height × width, or height × width × channels");
        if (type.Dimensions.Length != 3 || !type.IsKnownSize)
        {
            throw Unfit(column, "but it must have 3 known dimensions: channels × height × width, or height × width × channels. Declare them before "
                + "RandomAblation: put [VectorType(1, 28, 28)] on the property, or use ExtractPixels");
        }
        int first = type.Dimensions[0], last = type.Dimensions[2];
        bool interleaved;
        if (column.Annotations.Schema.GetColumnOrNull(LayoutAnnotation) is not null)
        {
            ReadOnlyMemory<char> layout = default;
            column.Annotations.GetValue(LayoutAnnotation, ref layout);
            interleaved = layout.Span.SequenceEqual(Interleaved);
        }
        else if (first <= MostChannels && first < last)
        {
            interleaved = false;
        }
        else if (last <= MostChannels && last < first)
        {
            interleaved = true;
        }
        else
        {
            throw Unfit(column, $"in which the dimension of the channels is ambiguous: the first or the last must be at most {MostChannels}, and smaller "
                + "than the other. Put RandomAblation with an explicit layout before the trainer");
        }
        return interleaved
            ? new ImageColumn(column.Name, last, first, type.Dimensions[1], true)
            : new ImageColumn(column.Name, first, type.Dimensions[1], last, false);
    }

    /// <summary>Copies an image to planar order.</summary>
    /// <param name="image">The image in the order of the column.</param>
    /// <param name="planar">Receives <see cref="Values"/> values.</param>
    /// <exception cref="ArgumentException">The image has another number of values.</exception>
    public void CopyPlanar(in VBuffer<float> image, Span<float> planar)
    {
        if (image.Length != Values)
        {
            throw new ArgumentException($"A row of column '{Name}' has {image.Length} values, but it must have {Values} "
                + $"({Channels} channels, {Height} × {Width} pixels).");
        }
        FeatureLayout.ToPlanar(image, Channels, IsInterleaved, planar);
    }

    private static ArgumentOutOfRangeException Unfit(DataViewSchema.Column column, string what) =>
        new("input", $"Column '{column.Name}' has type {column.Type}, {what}.");
}
