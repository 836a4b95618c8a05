using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>Class folders of small pictures: red, green or blue with noise.</summary>
internal static class PictureFolder
{
    public static readonly string[] Classes = ["blue", "green", "red"];

    /// <summary>Writes as many pictures of each class, JPEG and PNG in turn.</summary>
    public static void WriteTo(string directory, int count)
    {
        var random = new Random(count);
        for (int kind = 0; kind < Classes.Length; kind++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(directory, Classes[kind])).FullName;
            for (int i = 0; i < count; i++)
                Write(Path.Combine(folder, $"{i}.{(i % 2 == 0 ? "JPEG" : "png")}"), strongest: 2 - kind, random);
        }
    }

    private static void Write(string path, int strongest, Random random)
    {
        const int Width = 24, Height = 20;
        var pixels = new byte[4 * Width * Height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % 4 == 3 ? 255 : i % 4 == strongest ? 200 : random.Next(60));
        using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, pixels);
        image.Save(path);
    }
}
