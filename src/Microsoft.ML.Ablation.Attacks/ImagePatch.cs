namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A patch on an image: where it is, and what it shows.</summary>
internal sealed class ImagePatch
{
    private readonly FeatureLayout _layout;
    private readonly float[] _values;

    /// <param name="layout">The slots of each pixel of the image.</param>
    /// <param name="rows">Rows of the patch.</param>
    /// <param name="columns">Columns of the patch.</param>
    public ImagePatch(FeatureLayout layout, int rows, int columns)
        : this(layout, rows, columns, new float[rows * columns * layout.Channels])
    {
    }

    private ImagePatch(FeatureLayout layout, int rows, int columns, float[] values)
        => (_layout, Rows, Columns, _values) = (layout, rows, columns, values);

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The row of the image at which it begins.</summary>
    public int Top { get; private init; }

    /// <summary>The column of the image at which it begins.</summary>
    public int Left { get; private init; }

    /// <summary>The last row of the image at which it can begin.</summary>
    public int LastTop => _layout.Shape.Height - Rows;

    /// <summary>The last column of the image at which it can begin.</summary>
    public int LastLeft => _layout.Shape.Width - Columns;

    /// <summary>The same patch elsewhere, moved back into the image where it would leave it.</summary>
    public ImagePatch At(int top, int left)
        => new(_layout, Rows, Columns, [.. _values]) { Top = Math.Clamp(top, 0, LastTop), Left = Math.Clamp(left, 0, LastLeft) };

    /// <summary>The same patch with other values in a part of it.</summary>
    /// <param name="rows">The rows of the part, counted in the patch.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="value">The value of a channel.</param>
    public ImagePatch With(Range rows, Range columns, Func<int, float> value)
    {
        ImagePatch changed = At(Top, Left);
        (int top, int height) = rows.GetOffsetAndLength(Rows);
        (int left, int width) = columns.GetOffsetAndLength(Columns);
        for (int channel = 0; channel < _layout.Channels; channel++)
        {
            float written = value(channel);
            for (int row = top; row < top + height; row++)
                changed._values.AsSpan((channel * Rows + row) * Columns + left, width).Fill(written);
        }
        return changed;
    }

    /// <summary>The same patch with each value replaced by a function of its slot in the image and of itself.</summary>
    public ImagePatch With(Func<int, float, float> value)
    {
        ImagePatch changed = At(Top, Left);
        for (int i = 0; i < _values.Length; i++)
            changed._values[i] = value(SlotOf(i), _values[i]);
        return changed;
    }

    /// <summary>A smaller patch that shows a part of this one, where that part is.</summary>
    public ImagePatch Crop(int rows, int columns, int top, int left)
    {
        var cropped = new ImagePatch(_layout, rows, columns) { Top = Top + top, Left = Left + left };
        for (int channel = 0; channel < _layout.Channels; channel++)
        {
            for (int row = 0; row < rows; row++)
                _values.AsSpan((channel * Rows + top + row) * Columns + left, columns).CopyTo(cropped._values.AsSpan((channel * rows + row) * columns));
        }
        return cropped;
    }

    /// <summary>The image with the patch on it.</summary>
    public float[] On(float[] image)
    {
        float[] patched = [.. image];
        for (int i = 0; i < _values.Length; i++)
            patched[SlotOf(i)] = _values[i];
        return patched;
    }

    private int SlotOf(int index)
    {
        int column = index % Columns, row = index / Columns % Rows, channel = index / (Columns * Rows);
        return _layout.SlotOf((Top + row) * _layout.Shape.Width + Left + column, channel);
    }
}
