using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>Pixels in the network's number format and layout: all channels of the first pixel, then of the next.</summary>
/// <param name="Bytes">The values.</param>
/// <param name="PixelSize">Bytes of a pixel.</param>
internal sealed record EncodedRow(byte[] Bytes, int PixelSize)
{
    /// <summary>The bytes of one pixel.</summary>
    public ReadOnlySpan<byte> Pixel(int position) => Bytes.AsSpan(position * PixelSize, PixelSize);

    /// <summary>Rounds values to a number format: to the nearest, ties to even.</summary>
    /// <param name="planar">Values in channel-major order.</param>
    /// <param name="channels">Values per pixel.</param>
    /// <param name="precision">Float32, BFloat16 or Float16.</param>
    public static EncodedRow From(ReadOnlySpan<float> planar, int channels, ScalarType precision) => precision switch
    {
        ScalarType.Float32 => Make(planar, channels, value => value),
        ScalarType.BFloat16 => Make(planar, channels, Round),
        ScalarType.Float16 => Make(planar, channels, value => (Half)value),
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Networks score in Float32, BFloat16 or Float16."),
    };

    private static EncodedRow Make<T>(ReadOnlySpan<float> planar, int channels, Func<float, T> round) where T : unmanaged
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
