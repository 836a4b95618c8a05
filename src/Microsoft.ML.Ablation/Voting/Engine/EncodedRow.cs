using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Pixels in the number format and layout of a base classifier: all channels of the first pixel, then of the next, or planar, one channel after the other.</summary>
/// <param name="Bytes">The values.</param>
/// <param name="PixelSize">Bytes of a pixel, of all channels.</param>
/// <param name="PlanarChannels">The number of channels where they follow one another; 1 where those of a pixel stand side by side.</param>
internal sealed record EncodedRow(byte[] Bytes, int PixelSize, int PlanarChannels = 1)
{
    /// <summary>The bytes of one pixel, where they stand side by side.</summary>
    public ReadOnlySpan<byte> Pixel(int position) => Bytes.AsSpan(position * PixelSize, PixelSize);

    /// <summary>Copies a pixel to a sample of the same layout.</summary>
    /// <param name="from">The position in this row.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="to">The position there.</param>
    /// <param name="positions">The number of positions there.</param>
    public void WritePixel(int from, Span<byte> sample, int to, int positions)
    {
        if (PlanarChannels == 1)
        {
            Bytes.AsSpan(from * PixelSize, PixelSize).CopyTo(sample[(to * PixelSize)..]);
            return;
        }
        int size = PixelSize / PlanarChannels, here = Bytes.Length / PlanarChannels;
        for (int channel = 0; channel < PlanarChannels; channel++)
            Bytes.AsSpan(channel * here + from * size, size).CopyTo(sample[(channel * positions * size + to * size)..]);
    }

    /// <summary>Rounds values to a number format, to the nearest, ties to even, with the channels of a pixel side by side.</summary>
    /// <param name="planar">Values in channel-major order.</param>
    /// <param name="channels">Values per pixel.</param>
    /// <param name="format">The number format.</param>
    public static EncodedRow From(ReadOnlySpan<float> planar, int channels, ValueFormat format) => format switch
    {
        ValueFormat.Float32 => Interleaved(planar, channels),
        ValueFormat.BFloat16 => Make(planar, channels, Round),
        ValueFormat.Float16 => Make(planar, channels, value => (Half)value),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Pixels are Float32, BFloat16 or Float16."),
    };

    /// <summary>Values of any format as they are, one channel after the other.</summary>
    /// <param name="planar">Values in channel-major order.</param>
    /// <param name="channels">Values per pixel.</param>
    public static EncodedRow Planar<T>(ReadOnlySpan<T> planar, int channels) where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(planar).ToArray();
        return new EncodedRow(bytes, bytes.Length / planar.Length * channels, channels);
    }

    /// <summary>Values of any format as they are, with the channels of a pixel side by side.</summary>
    /// <inheritdoc cref="Planar"/>
    public static EncodedRow Interleaved<T>(ReadOnlySpan<T> planar, int channels) where T : unmanaged => Make(planar, channels, value => value);

    private static EncodedRow Make<TFrom, T>(ReadOnlySpan<TFrom> planar, int channels, Func<TFrom, T> round) where T : unmanaged
    {
        int positions = planar.Length / channels;
        var values = new T[planar.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int position = 0; position < positions; position++)
                values[position * channels + channel] = round(planar[channel * positions + position]);
        }
        byte[] bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        return new EncodedRow(bytes, bytes.Length / positions);
    }

    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // The upper half of a float32 is a bfloat16; adding 0x7FFF plus its last bit carries exactly when rounding up.
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
