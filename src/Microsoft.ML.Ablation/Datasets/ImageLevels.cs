namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The values from 0 to 1 of the levels from 0 to 255 that files hold.</summary>
internal static class ImageLevels
{
    private static readonly float[] s_values = [.. Enumerable.Range(0, 256).Select(level => level / 255f)];

    public static float ValueOf(byte level) => s_values[level];

    public static void ToValues(ReadOnlySpan<byte> levels, Span<float> values)
    {
        for (int i = 0; i < levels.Length; i++)
            values[i] = s_values[levels[i]];
    }
}
