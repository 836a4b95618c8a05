using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public sealed class MutatedImageTests : MutatedFiles
{
    [TestMethod]
    [DataRow("png")]
    [DataRow("jpg")]
    [DataRow("webp")]
    public void Image_files(string kind)
    {
        var random = new Random(3);
        var pixels = new byte[4 * 12 * 10];
        random.NextBytes(pixels);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "class")).FullName, $"1.{kind}");
        using (MLImage image = MLImage.CreateFromPixels(12, 10, MLPixelFormat.Rgba32, pixels))
            image.Save(path);
        byte[] file = File.ReadAllBytes(path);
        IDataView files = Ml.Data.LoadImageFolder(Folder);
        IDataView rows = Ml.Transforms.LoadImageFiles()
            .Append(Ml.Transforms.ResizeImages("Image", 12, 10))
            .Append(Ml.Transforms.ExtractPixels("Features", "Image"))
            .Fit(files)
            .Transform(files);
        string original = Rows(rows);
        for (int i = 0; i < Count(130); i++)
        {
            byte[] changed = Mutations.Of(file, random);
            File.WriteAllBytes(path, changed);
            if (Outcome(path, () => Rows(rows), $"{kind} {i}") is not { } read || read == original)
                continue;
            // JPEG and WebP have no checksum; but a file that only lost its end is never another picture.
            Assert.AreNotEqual("png", kind, $"change {i} of a PNG gave other pixels");
            Assert.IsFalse(changed.Length < file.Length && file.AsSpan().StartsWith(changed), $"the first {changed.Length} of {file.Length} bytes gave a picture");
        }
    }
}
