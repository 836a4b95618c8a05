using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Where the values of one row stand in its vector: <c>d</c> positions of <c>Channels</c> values each, in planar or
/// interleaved order, with the dimensions that the column declares; or <c>d</c> groups of slots, of any sizes.
/// </summary>
internal sealed class FeatureLayout
{
    private readonly ImmutableArray<int> _dimensions;
    private readonly int[][]? _groups;
    private readonly Lazy<int[]> _slots;

    private FeatureLayout(ImageShape shape, bool interleaved, ImmutableArray<int> dimensions, int[][]? groups = null)
    {
        _groups = groups;
        _slots = new(() => [.. Enumerable.Range(0, Shape.Values).Select(i => SlotOf(i / Channels, i % Channels))]);
        Shape = shape;
        IsInterleaved = interleaved;
        _dimensions = dimensions;
    }

    public ImageShape Shape { get; }

    public bool IsInterleaved { get; }

    /// <summary>The number of positions <c>d</c>.</summary>
    public int Positions => _groups?.Length ?? Shape.Positions;

    public int Channels => Shape.Channels;

    /// <summary>Whether positions are groups of slots; values then keep the order of the slots, and <see cref="Channels"/> is 1.</summary>
    public bool IsGrouped => _groups is not null;

    /// <summary>The slots of a position, in the order of the column.</summary>
    public ReadOnlySpan<int> SlotsOf(int position) => _groups is null ? _slots.Value.AsSpan(position * Channels, Channels) : _groups[position];

    /// <summary>The positions as groups without names of their own.</summary>
    public FeatureGroup[] ToGroups() => [.. Enumerable.Range(0, Positions).Select(i => new FeatureGroup($"Position {i}", SlotsOf(i).ToArray()))];

    /// <summary>Whether two rows in channel-major order differ in a position.</summary>
    public bool Differs(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int position)
    {
        if (_groups is not null)
        {
            foreach (int slot in _groups[position])
            {
                if (left[slot] != right[slot])
                    return true;
            }
            return false;
        }
        for (int i = position; i < left.Length; i += Positions)
        {
            if (left[i] != right[i])
                return true;
        }
        return false;
    }

    /// <summary>The number of means that a row has: one per channel, or one per slot of groups.</summary>
    public int MeanCount => IsGrouped ? Shape.Values : Channels;

    /// <summary>The layout of a flat column of which some slots are one position each.</summary>
    public static FeatureLayout OfGroups(int slots, IEnumerable<FeatureGroup> groups)
        => new(new ImageShape(1, 1, slots), interleaved: false, [slots], [.. groups.Select(group => group.Slots.ToArray())]);

    /// <summary>Reads the layout from a column, with what the user declared about it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not have what is needed; the message names it.</exception>
    public static FeatureLayout Resolve(string columnName, DataViewType type, ImageShape? declared, AblationLayout layout)
    {
        if (type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw Mismatch(columnName, $"has type {type}, but a vector of Single of known size is needed; convert it, or combine "
                + "numeric columns with Concatenate");
        }
        if (!vector.IsKnownSize)
        {
            throw Mismatch(columnName, "is a vector of unknown size, but every row must have the same number of positions; give the "
                + "column a size ([VectorType(n)], or a range in the loader)");
        }
        if (declared is { } shape)
        {
            if (shape.Values != vector.Size)
            {
                throw Mismatch(columnName, $"has {vector.Size} values, but the declared shape {shape} has {shape.Values}; "
                    + "declare a shape of the column's size");
            }
            bool interleaved = layout == AblationLayout.Interleaved;
            return new FeatureLayout(shape, interleaved, interleaved
                ? [shape.Height, shape.Width, shape.Channels]
                : [shape.Channels, shape.Height, shape.Width]);
        }
        ImmutableArray<int> dimensions = vector.Dimensions;
        return dimensions.Length switch
        {
            1 => new FeatureLayout(new ImageShape(1, 1, dimensions[0]), interleaved: false, dimensions),
            2 => new FeatureLayout(new ImageShape(1, dimensions[0], dimensions[1]), interleaved: false, dimensions),
            3 => OfThree(columnName, dimensions, layout),
            _ => throw Mismatch(columnName, $"has {dimensions.Length} dimensions, but 1 (a flat vector), 2 (height × width) or 3 "
                + "(channels × height × width, or height × width × channels) are understood; declare a shape"),
        };
    }

    private static FeatureLayout OfThree(string columnName, ImmutableArray<int> dimensions, AblationLayout layout)
    {
        const int mostChannels = 4;
        if (layout == AblationLayout.Auto && Math.Min(dimensions[0], dimensions[2]) > mostChannels)
        {
            throw Mismatch(columnName, $"has dimensions {string.Join('×', dimensions)}, and neither the first nor the last is a "
                + $"channel count of at most {mostChannels}; set the layout to Planar or Interleaved");
        }
        bool interleaved = layout == AblationLayout.Interleaved
            || layout == AblationLayout.Auto && dimensions[2] < dimensions[0];
        ImageShape shape = interleaved
            ? new ImageShape(dimensions[2], dimensions[0], dimensions[1])
            : new ImageShape(dimensions[0], dimensions[1], dimensions[2]);
        return new FeatureLayout(shape, interleaved, dimensions);
    }

    /// <summary>Whether height and width are known, which a flat vector without a declared shape does not tell, nor groups.</summary>
    public bool HasSides => _dimensions.Length > 1;

    /// <summary>The type of a column with these dimensions.</summary>
    public VectorDataViewType Type => new(NumberDataViewType.Single, _dimensions);

    /// <summary>The same layout for images of another size; needs <see cref="HasSides"/>.</summary>
    public FeatureLayout WithSize(int height, int width)
    {
        int first = _dimensions.Length == 3 && !IsInterleaved ? 1 : 0;
        return new FeatureLayout(Shape with { Height = height, Width = width }, IsInterleaved,
            _dimensions.SetItem(first, height).SetItem(first + 1, width));
    }

    /// <summary>The type of the ablated column: the same layout, with as many channels as the encoding gives.</summary>
    public VectorDataViewType EncodedType(AblationEncoding encoding)
    {
        int channels = EncodedChannels(encoding);
        if (IsGrouped)
            return new VectorDataViewType(NumberDataViewType.Single, EncodedValues(encoding));
        if (channels == Channels)
            return new VectorDataViewType(NumberDataViewType.Single, _dimensions);
        return new VectorDataViewType(NumberDataViewType.Single, _dimensions.Length switch
        {
            < 3 => _dimensions.Insert(0, channels),
            _ when IsInterleaved => _dimensions.SetItem(2, channels),
            _ => _dimensions.SetItem(0, channels),
        });
    }

    /// <summary>Channels after encoding, where positions are no groups.</summary>
    public int EncodedChannels(AblationEncoding encoding) => encoding switch
    {
        AblationEncoding.Complement => 2 * Channels,
        AblationEncoding.Presence => Channels + 1,
        _ => Channels,
    };

    /// <summary>Values after encoding.</summary>
    public int EncodedValues(AblationEncoding encoding) => encoding switch
    {
        AblationEncoding.Complement => 2 * Shape.Values,
        AblationEncoding.Presence => Shape.Values + Positions,
        _ => Shape.Values,
    };

    /// <summary>Copies a row to channel-major order, in which everything else works.</summary>
    public void ToPlanar(in VBuffer<float> row, Span<float> planar) => ToPlanar(row, Channels, IsInterleaved, planar);

    /// <summary>Copies a row of pixels with some channels to channel-major order.</summary>
    public static void ToPlanar(in VBuffer<float> row, int channels, bool interleaved, Span<float> planar)
    {
        if (!interleaved || channels == 1)
        {
            row.CopyTo(planar);
            return;
        }
        int positions = planar.Length / channels;
        planar.Clear();
        ReadOnlySpan<float> values = row.GetValues();
        ReadOnlySpan<int> slots = row.GetIndices();
        for (int i = 0; i < values.Length; i++)
        {
            int slot = row.IsDense ? i : slots[i];
            planar[slot % channels * positions + slot / channels] = values[i];
        }
    }

    /// <summary>The slot of the column that holds the given channel of the given position.</summary>
    public int SlotOf(int position, int channel)
        => IsInterleaved ? position * Channels + channel : channel * Positions + position;

    private static ArgumentOutOfRangeException Mismatch(string columnName, string what)
        => new("inputSchema", $"Column '{columnName}' {what}.");
}
