using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the random resized crop and flip.</summary>
public sealed class RandomResizedCropFlipOptions : ImageTransformOptions
{
    /// <summary>The defaults.</summary>
    public RandomResizedCropFlipOptions()
    {
    }

    private RandomResizedCropFlipOptions(int height, int width, double minimumAreaShare, bool flip, BinaryReader columns)
        : base(columns)
    {
        Height = height == 0 ? null : height;
        Width = width == 0 ? null : width;
        MinimumAreaShare = minimumAreaShare;
        Flip = flip;
    }

    /// <summary>The rows of pixels that come out, from 1 to those of the image. Default (null): those of the image.</summary>
    public int? Height { get; init; }

    /// <summary>The pixels per row that come out, from 1 to those of the image. Default (null): those of the image.</summary>
    public int? Width { get; init; }

    /// <summary>The smallest share of the image's area that is shown, above 0 and at most 1. Default: 0.08, as usual for ImageNet.</summary>
    public double MinimumAreaShare { get; init; } = 0.08;

    /// <summary>Whether half of the images are mirrored, left to right. Default: true.</summary>
    public bool Flip { get; init; } = true;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal override void Validate()
    {
        RequireSide(nameof(Height), Height);
        RequireSide(nameof(Width), Width);
        if (!(MinimumAreaShare is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MinimumAreaShare), FormattableString.Invariant(
                $"MinimumAreaShare is {MinimumAreaShare}; it must be above 0 and at most 1."));
        }
        base.Validate();
    }

    /// <inheritdoc/>
    internal override FeatureLayout ResolveLayout(string columnName, DataViewType type)
    {
        FeatureLayout layout = base.ResolveLayout(columnName, type);
        if (!layout.HasSides)
        {
            throw new ArgumentOutOfRangeException(nameof(Shape), $"Column '{columnName}' is a flat vector, and nothing says what its height "
                + "and width are; set Shape.");
        }
        if (Height > layout.Shape.Height || Width > layout.Shape.Width)
        {
            FeatureLayout wanted = OutputLayout(layout);
            throw new ArgumentOutOfRangeException(Height > layout.Shape.Height ? nameof(Height) : nameof(Width),
                $"Height × Width is {wanted.Shape.Height} × {wanted.Shape.Width}, but column '{columnName}' has images of "
                + $"{layout.Shape.Height} × {layout.Shape.Width} pixels; it must not be larger. Resize the images to a larger size before.");
        }
        return layout;
    }

    internal override FeatureLayout OutputLayout(FeatureLayout layout)
        => layout.WithSize(Height ?? layout.Shape.Height, Width ?? layout.Shape.Width);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Height ?? 0);
        writer.Write(Width ?? 0);
        writer.Write(MinimumAreaShare);
        writer.Write(Flip);
        WriteColumns(writer);
    }

    internal static RandomResizedCropFlipOptions Read(BinaryReader reader)
        => Checked(new RandomResizedCropFlipOptions(reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadBoolean(), reader));

    private static void RequireSide(string name, int? value)
    {
        if (value is < 1 or > 1 << 14)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be from 1 to {1 << 14}.");
    }
}
