using System.Drawing;
using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Ablation.Images;

/// <summary>Decodes an image file to what a viewer shows.</summary>
internal static class ImageDecoder
{
    // What ML.NET's extraction of pixels takes; larger ones would need gigabytes before anything is known of them.
    private const long MostPixels = int.MaxValue / 8;

    /// <summary>The image, upright, without transparency.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no image, breaks off, or cannot be decoded to its end.</exception>
    public static MLImage Read(string path, Color background)
    {
        byte[] content = ImageFileFormat.ReadWhole(path);
        using SKData data = SKData.CreateCopy(content);
        using SKCodec codec = SKCodec.Create(data) ?? throw ImageFileFormat.NotWhole(path, "its beginning cannot be decoded");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
        {
            throw ImageFileFormat.NotWhole(path, FormattableString.Invariant($"it says that it has {width:N0} × {height:N0} pixels, but at most ")
                + FormattableString.Invariant($"{MostPixels:N0} are read"));
        }
        // Premultiplied, so that what is mixed with the background is added to it. Without a colour space, values stay as they are stored.
        var info = new SKImageInfo(width, height, SKColorType.Bgra8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        var pixels = new uint[width * height];
        if (Decode(codec, info, pixels) is var result && result != SKCodecResult.Success)
            throw ImageFileFormat.NotWhole(path, $"its pixels cannot be decoded to their end ({result})");
        if (!info.IsOpaque)
            Cover(pixels, background);
        if (codec.EncodedOrigin != SKEncodedOrigin.TopLeft)
            (pixels, width, height) = Upright(pixels, width, height, codec.EncodedOrigin);
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, MemoryMarshal.AsBytes(pixels.AsSpan()));
    }

    private static unsafe SKCodecResult Decode(SKCodec codec, SKImageInfo info, uint[] pixels)
    {
        fixed (uint* start = pixels)
            return codec.GetPixels(info, (nint)start);
    }

    /// <summary>Adds to every channel as much of the background as is seen through it.</summary>
    private static void Cover(uint[] pixels, Color background)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(pixels.AsSpan());
        ReadOnlySpan<byte> behind = [background.B, background.G, background.R, byte.MaxValue];
        for (int i = 0; i < bytes.Length; i += 4)
        {
            int seenThrough = byte.MaxValue - bytes[i + 3];
            if (seenThrough == 0)
                continue;
            for (int channel = 0; channel < 4; channel++)
                bytes[i + channel] = (byte)Math.Min(byte.MaxValue, bytes[i + channel] + (behind[channel] * seenThrough + 127) / 255);
        }
    }

    /// <summary>Turns and mirrors; the origin says where the first row and the first column of what is stored belong.</summary>
    private static (uint[] Pixels, int Width, int Height) Upright(uint[] stored, int width, int height, SKEncodedOrigin origin)
    {
        bool swapped = origin >= SKEncodedOrigin.LeftTop;
        (int shownWidth, int shownHeight) = swapped ? (height, width) : (width, height);
        var shown = new uint[stored.Length];
        for (int y = 0; y < shownHeight; y++)
        {
            for (int x = 0; x < shownWidth; x++)
            {
                (int storedX, int storedY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, height - 1 - x),
                    SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
                    SKEncodedOrigin.LeftBottom => (width - 1 - y, x),
                    _ => (x, y),
                };
                shown[y * shownWidth + x] = stored[storedY * width + storedX];
            }
        }
        return (shown, shownWidth, shownHeight);
    }
}
