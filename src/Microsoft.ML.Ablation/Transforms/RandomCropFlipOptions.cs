using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the random crop and flip.</summary>
public sealed class RandomCropFlipOptions : ImageTransformOptions
{
    /// <summary>The defaults.</summary>
    public RandomCropFlipOptions()
    {
    }

    private RandomCropFlipOptions(int padding, bool flip, BinaryReader columns)
        : base(columns)
    {
        Padding = padding;
        Flip = flip;
    }

    /// <summary>The most pixels by which an image is moved in each direction, from 0 to less than its sides. Default: 4.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>Whether half of the images are mirrored, left to right. Default: true.</summary>
    public bool Flip { get; init; } = true;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal override void Validate()
    {
        if (Padding is < 0 or > 1 << 14)
            throw new ArgumentOutOfRangeException(nameof(Padding), Padding, $"Padding is {Padding}; it must be from 0 to {1 << 14}.");
        if (Padding == 0 && !Flip)
            throw new ArgumentException("Padding is 0 and Flip is false, which leaves every image as it is; leave the transform out.");
        base.Validate();
    }

    /// <inheritdoc/>
    internal override FeatureLayout ResolveLayout(string columnName, DataViewType type)
    {
        FeatureLayout layout = base.ResolveLayout(columnName, type);
        if (Padding >= Math.Min(layout.Shape.Height, layout.Shape.Width))
        {
            throw new ArgumentOutOfRangeException(nameof(Padding), Padding, $"Padding is {Padding}, but column '{columnName}' has images of "
                + $"{layout.Shape.Height} × {layout.Shape.Width} pixels; it must be less than both sides. A flat vector needs its Shape.");
        }
        return layout;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Padding);
        writer.Write(Flip);
        WriteColumns(writer);
    }

    internal static RandomCropFlipOptions Read(BinaryReader reader)
        => Checked(new RandomCropFlipOptions(reader.ReadInt32(), reader.ReadBoolean(), reader));
}
