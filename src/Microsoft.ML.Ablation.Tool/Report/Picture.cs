using SkiaSharp;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>Small images as PNG data for a page.</summary>
internal static class Picture
{
    /// <summary>A grey or coloured image.</summary>
    /// <param name="planar">Values from 0 to 1 in channel-major order; others are cut off.</param>
    /// <param name="shape">One channel, or red, green and blue.</param>
    /// <param name="isSeen">Whether a position is shown; null for all. The others are transparent.</param>
    public static string ToDataUri(ReadOnlySpan<float> planar, ImageShape shape, bool[]? isSeen = null)
    {
        using var bitmap = new SKBitmap(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        int d = shape.Positions;
        for (int i = 0; i < d; i++)
        {
            byte red = Byte(planar[i]), green = red, blue = red;
            if (shape.Channels == 3)
                (green, blue) = (Byte(planar[d + i]), Byte(planar[2 * d + i]));
            bitmap.SetPixel(i % shape.Width, i / shape.Width, new SKColor(red, green, blue, isSeen is null || isSeen[i] ? (byte)255 : (byte)0));
        }
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return "data:image/png;base64," + Convert.ToBase64String(png.Span);
    }

    private static byte Byte(float value) => (byte)Math.Round(255 * Math.Clamp(float.IsNaN(value) ? 0 : value, 0, 1));
}
