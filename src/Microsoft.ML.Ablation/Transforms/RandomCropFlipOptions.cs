using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the random crop and flip.</summary>
public sealed class RandomCropFlipOptions
{
    /// <summary>The most pixels by which an image is moved in each direction, from 0 to less than its sides. Default: 4.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>Whether half of the images are mirrored, left to right. Default: true.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>The column that receives the image. Default: "Features".</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>The column with the image: a <c>Vector&lt;Single&gt;</c> of known size. Default (null): the output column's name.</summary>
    public string InputColumnName { get => field ?? OutputColumnName; init; }

    /// <summary>The order of the values. Default: read from the column's dimensions.</summary>
    public AblationLayout Layout { get; init; } = AblationLayout.Auto;

    /// <summary>The shape of the image, for a column that is a flat vector. Default (null): read from the column's dimensions.</summary>
    public ImageShape? Shape { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (Padding is < 0 or > 1 << 14)
            throw new ArgumentOutOfRangeException(nameof(Padding), Padding, $"Padding is {Padding}; it must be from 0 to {1 << 14}.");
        if (Padding == 0 && !Flip)
            throw new ArgumentException("Padding is 0 and Flip is false, which leaves every image as it is; leave the transform out.");
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        if (!Enum.IsDefined(Layout))
            throw new ArgumentOutOfRangeException(nameof(Layout), Layout, "Layout must be Auto, Planar or Interleaved.");
        ImageShape.Require(Shape);
    }

    /// <summary>The layout of a column under these options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not fit, or the padding is not less than its sides.</exception>
    internal FeatureLayout ResolveLayout(string columnName, DataViewType type)
    {
        FeatureLayout layout = FeatureLayout.Resolve(columnName, type, Shape, Layout);
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
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write((int)Layout);
        ImageShape.WriteOptional(writer, Shape);
    }

    internal static RandomCropFlipOptions Read(BinaryReader reader)
    {
        var options = new RandomCropFlipOptions
        {
            Padding = reader.ReadInt32(),
            Flip = reader.ReadBoolean(),
            OutputColumnName = reader.ReadString(),
            InputColumnName = reader.ReadString(),
            Layout = (AblationLayout)reader.ReadInt32(),
            Shape = ImageShape.ReadOptional(reader),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
        return options;
    }
}
