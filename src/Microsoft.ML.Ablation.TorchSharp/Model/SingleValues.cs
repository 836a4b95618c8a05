using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Writes and reads numbers as little-endian float32.</summary>
internal static class SingleValues
{
    public static void Write(BinaryWriter writer, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            return;
        }
        foreach (float value in values)
            writer.Write(value);
    }

    /// <exception cref="EndOfStreamException">There are too few values.</exception>
    public static float[] Read(BinaryReader reader, long count)
    {
        var values = new float[count];
        if (BitConverter.IsLittleEndian)
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadSingle();
        return values;
    }
}
