using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The columns of a transform of images, and how they hold them.</summary>
public abstract class ImageTransformOptions
{
    private protected ImageTransformOptions()
    {
    }

    private protected ImageTransformOptions(BinaryReader reader)
    {
        OutputColumnName = reader.ReadString();
        InputColumnName = reader.ReadString();
        Layout = (AblationLayout)reader.ReadInt32();
        Shape = ImageShape.ReadOptional(reader);
    }

    /// <summary>The column that receives the image. Default: "Features".</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>The column with the image: a <c>Vector&lt;Single&gt;</c> of known size. Default (null): the output column's name.</summary>
    public string InputColumnName { get => field ?? OutputColumnName; init; }

    /// <summary>The order of the values. Default: read from the column's dimensions.</summary>
    public AblationLayout Layout { get; init; } = AblationLayout.Auto;

    /// <summary>
    /// The shape of the image, for a column that is a flat vector; the output column then has its dimensions. Default (null): read
    /// from the column's dimensions.
    /// </summary>
    public ImageShape? Shape { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        if (!Enum.IsDefined(Layout))
            throw new ArgumentOutOfRangeException(nameof(Layout), Layout, "Layout must be Auto, Planar or Interleaved.");
        ImageShape.Require(Shape);
    }

    /// <summary>The layout of a column under these options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not fit.</exception>
    internal virtual FeatureLayout ResolveLayout(string columnName, DataViewType type) => FeatureLayout.Resolve(columnName, type, Shape, Layout);

    /// <summary>The layout of the output column for an input column of the given layout.</summary>
    internal virtual FeatureLayout OutputLayout(FeatureLayout layout) => layout;

    private protected void WriteColumns(BinaryWriter writer)
    {
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write((int)Layout);
        ImageShape.WriteOptional(writer, Shape);
    }

    /// <exception cref="FormatException">Options that were read from a model file are out of their range.</exception>
    private protected static TOptions Checked<TOptions>(TOptions options)
        where TOptions : ImageTransformOptions
    {
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
