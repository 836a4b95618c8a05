using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A row encoded for the network: the bytes of each value in the network's number format, channel-major.</summary>
/// <param name="Bytes">The values, <see cref="ValueSize"/> bytes each.</param>
/// <param name="ValueSize">4 for float32, 2 for bfloat16.</param>
internal sealed record EncodedRow(byte[] Bytes, int ValueSize)
{
    /// <summary>Rounds values to the network's format: bfloat16 to the nearest, ties to even.</summary>
    public static EncodedRow From(ReadOnlySpan<float> values, bool bfloat16)
    {
        if (!bfloat16)
            return new EncodedRow(MemoryMarshal.AsBytes(values).ToArray(), sizeof(float));
        var rounded = new ushort[values.Length];
        for (int i = 0; i < values.Length; i++)
            rounded[i] = Round(values[i]);
        return new EncodedRow(MemoryMarshal.AsBytes<ushort>(rounded).ToArray(), sizeof(ushort));
    }

    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // The upper half of a float32 is a bfloat16; adding 0x7FFF plus its last bit carries exactly when rounding up.
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
