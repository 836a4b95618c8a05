using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>What the ablation transforms have in common: the column, how NULL is shown, and what a position is.</summary>
public abstract record AblationOptions
{
    private protected AblationOptions()
    {
    }

    /// <summary>The column that receives the ablated row: <c>Vector&lt;Single&gt;</c>. Default: "Features".</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>The column to ablate: a <c>Vector&lt;Single&gt;</c> of known size. Default (null): the output column's name.</summary>
    public string InputColumnName { get => field ?? OutputColumnName; init; }

    /// <summary>How NULL is shown. Default: <see cref="AblationEncoding.Complement"/>.</summary>
    public AblationEncoding Encoding { get; init; } = AblationEncoding.Complement;

    /// <summary>The order of the values. Default: read from the column's dimensions.</summary>
    public AblationLayout Layout { get; init; } = AblationLayout.Auto;

    /// <summary>
    /// The shape of the image, for a column that is a flat vector. Default (null): read from the column's dimensions, where a
    /// flat vector is <c>d</c> positions of one value each.
    /// </summary>
    public ImageShape? Shape { get; init; }

    /// <summary>
    /// Which slots of a table are one attribute, and with it one position. Default (null): those that the column's slot names and categories tell
    /// (<see cref="FeatureGroups.FromSlotNames"/>), which <c>Fit</c> logs; where there are none, every slot by itself, or every pixel of an image.
    /// </summary>
    public FeatureGroups? Groups { get; init; }

    /// <summary>
    /// Declares that values may leave [0, 1], for images normalised before they are ablated, or attributes that are not scaled. With
    /// <see cref="AblationEncoding.Complement"/> other values are refused unless this is set. Default: false.
    /// </summary>
    public bool NormalizedInput { get; init; }

    /// <summary>Whether the column is declared to be an image.</summary>
    internal bool IsImage => Shape is not null || Layout != AblationLayout.Auto;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        if (!Enum.IsDefined(Encoding))
            throw new ArgumentOutOfRangeException(nameof(Encoding), Encoding, "Encoding must be Complement, Mean, Missing or Presence.");
        if (!Enum.IsDefined(Layout))
            throw new ArgumentOutOfRangeException(nameof(Layout), Layout, "Layout must be Auto, Planar or Interleaved.");
        ImageShape.Require(Shape);
        if (Groups is not null && IsImage)
            throw new ArgumentException("Groups are given and Shape or Layout too; groups are for tables, a shape and a layout for images.");
    }

    /// <summary>The layout of a column under these options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not fit.</exception>
    internal virtual FeatureLayout ResolveLayout(string columnName, DataViewType type, IReadOnlyList<FeatureGroup>? groups)
    {
        FeatureLayout layout = FeatureLayout.Resolve(columnName, type, Shape, Layout);
        if (groups is null)
            return layout;
        int grouped = groups.Sum(group => group.Slots.Count);
        return grouped == layout.Shape.Values
            ? FeatureLayout.OfGroups(grouped, groups)
            : throw new ArgumentOutOfRangeException("inputSchema", $"Column '{columnName}' has {layout.Shape.Values} slots, but the groups that were fitted have {grouped}.");
    }

    /// <summary>Writes the common options.</summary>
    internal virtual void Write(BinaryWriter writer)
    {
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write((int)Encoding);
        writer.Write((int)Layout);
        ImageShape.WriteOptional(writer, Shape);
        writer.Write(NormalizedInput);
    }

    /// <summary>The options with the common ones read.</summary>
    /// <exception cref="FormatException">An option is out of its range.</exception>
    private protected static T Read<T>(BinaryReader reader, T options)
        where T : AblationOptions
    {
        string output = reader.ReadString();
        options = options with
        {
            OutputColumnName = output,
            InputColumnName = reader.ReadString(),
            Encoding = (AblationEncoding)reader.ReadInt32(),
            Layout = (AblationLayout)reader.ReadInt32(),
            Shape = ImageShape.ReadOptional(reader),
            NormalizedInput = reader.ReadBoolean(),
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
