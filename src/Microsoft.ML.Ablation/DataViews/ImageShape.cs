namespace Microsoft.ML.Ablation;

/// <summary>The shape of an image: <c>Height × Width</c> positions of <c>Channels</c> values each.</summary>
/// <param name="Channels">Values per position, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of positions <c>d = Height · Width</c>; a position's channels are kept or dropped together.</summary>
    public int Positions => checked(Height * Width);

    /// <summary>The number of values <c>Channels · Height · Width</c>.</summary>
    public int Values => checked(Channels * Height * Width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Channels}×{Height}×{Width}");

    internal static void WriteOptional(BinaryWriter writer, ImageShape? shape)
    {
        writer.Write(shape.HasValue);
        ImageShape value = shape.GetValueOrDefault();
        writer.Write(value.Channels);
        writer.Write(value.Height);
        writer.Write(value.Width);
    }

    internal static ImageShape? ReadOptional(BinaryReader reader)
    {
        bool given = reader.ReadBoolean();
        var shape = new ImageShape(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        return given ? shape : null;
    }

    /// <exception cref="ArgumentOutOfRangeException">A part is less than 1.</exception>
    internal static void Require(ImageShape? shape)
    {
        if (shape is { } given && (given.Channels < 1 || given.Height < 1 || given.Width < 1))
            throw new ArgumentOutOfRangeException("Shape", given, $"Shape is {given}; each part must be at least 1.");
    }
}
