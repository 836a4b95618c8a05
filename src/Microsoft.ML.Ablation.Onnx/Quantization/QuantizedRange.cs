namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Values as bytes: value = (byte − <paramref name="Zero"/>) · <paramref name="Scale"/>, rounded to the nearest, ties to even, and cut off at 0 and 255.</summary>
/// <param name="Scale">The distance of neighbours, above 0.</param>
/// <param name="Zero">The byte of 0, which is exact.</param>
internal readonly record struct QuantizedRange(float Scale, byte Zero)
{
    /// <summary>Covers a range, and 0.</summary>
    public static QuantizedRange Of(float lowest, float highest)
    {
        lowest = Math.Min(lowest, 0);
        highest = Math.Max(highest, 0);
        float scale = (highest - lowest) / byte.MaxValue;
        return scale > 0 && float.IsFinite(scale) ? new QuantizedRange(scale, (byte)Math.Round(-lowest / scale)) : new QuantizedRange(1, 0);
    }

    /// <summary>The bytes of values, as QuantizeLinear of ONNX makes them.</summary>
    public byte[] Round(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round(values[i] / Scale) + Zero, byte.MinValue, byte.MaxValue);
        return bytes;
    }
}
