using System.Drawing;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.Images.Tests;

[TestClass]
public sealed class LoadImageFilesTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("images-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Transparent_pixels_show_the_background()
    {
        // Of red: all, half and nothing; then green that is there and not seen.
        Write("cat/1.png", PngWriter.Write(2, 2, 8, PngWriter.ColourWithAlpha, [255, 0, 0, 255, 255, 0, 0, 128, 255, 0, 0, 0, 0, 255, 0, 0]));
        AssertPixels([(255, 0, 0), (255, 127, 127), (255, 255, 255), (255, 255, 255)], Read(null, 2, 2), tolerance: 1);
        AssertPixels([(255, 0, 0), (128, 0, 127), (0, 0, 255), (0, 0, 255)], Read(Color.Blue, 2, 2), tolerance: 1);
        AssertPixels([(255, 0, 0), (128, 0, 0), (0, 0, 0), (0, 0, 0)], Read(Color.Black, 2, 2), tolerance: 1);
    }

    [TestMethod]
    public void Palettes_grey_and_16_bits_become_8_bits_of_red_green_and_blue()
    {
        Write("cat/1.png", PngWriter.Write(3, 1, 8, PngWriter.Palette, [2, 1, 0], ("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]), ("tRNS", [255, 0, 255])));
        Write("cat/2.png", PngWriter.Write(3, 1, 8, PngWriter.Grey, [0, 100, 255]));
        Write("cat/3.png", PngWriter.Write(3, 1, 16, PngWriter.Colour, [0, 9, 100, 9, 200, 9, 255, 255, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3]));
        float[][] read = Read(null, 3, 1);
        AssertPixels([(70, 80, 90), (255, 255, 255), (10, 20, 30)], read[..1], 0);
        AssertPixels([(0, 0, 0), (100, 100, 100), (255, 255, 255)], read[1..2], 0);
        AssertPixels([(0, 100, 200), (255, 0, 0), (1, 2, 3)], read[2..], 1);
    }

    [TestMethod]
    public void Of_an_animation_the_first_frame_is_taken_and_it_may_be_transparent()
    {
        Write("cat/1.gif", Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"));
        AssertPixels([(255, 255, 255)], Read(null, 1, 1), 0);
    }

    /// <summary>Four quadrants of different colours, stored as each orientation says; a viewer shows all the same.</summary>
    [TestMethod]
    public void Photographs_stand_upright_whatever_their_orientation()
    {
        // As seen: red, green above blue, white; the quadrants that a file with the orientation holds, row by row.
        string[] stored = ["RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "GWRB", "WGBR", "BRWG"];
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            bool turned = orientation >= 5;
            string file = $"cat/{orientation}.jpg";
            Write(file, Exif(Jpeg(turned ? 16 : 32, turned ? 32 : 16, stored[orientation - 1]), orientation));
            IDataView files = _ml.Data.LoadImageFolder(_folder);
            IDataView images = _ml.Transforms.LoadImageFiles().Fit(files).Transform(files);
            // An image lives as long as its row.
            foreach (MLImage image in images.GetColumn<MLImage>("Image"))
            {
                Assert.AreEqual((32, 16), (image.Width, image.Height), file);
                (int X, int Y)[] places = [(5, 4), (27, 4), (5, 12), (27, 12)];
                Assert.AreEqual("RGBW", string.Concat(places.Select(place => NameOf(image, place.X, place.Y))), file);
            }
            File.Delete(Path.Combine(_folder, file));
        }
    }

    [TestMethod]
    public void Opaque_upright_images_are_what_mlnet_loads()
    {
        var random = new Random(1);
        byte[] pixels = [.. Enumerable.Range(0, 4 * 24 * 20).Select(i => i % 4 == 3 ? (byte)255 : (byte)random.Next(256))];
        using (MLImage image = MLImage.CreateFromPixels(24, 20, MLPixelFormat.Rgba32, pixels))
        {
            foreach (string file in new[] { "1.jpg", "2.png", "3.webp" })
                image.Save(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "cat")).FullName, file));
        }
        AssertSame(_ml.Data.LoadImageFolder(_folder));
    }

    [TestMethod]
    public void Photographs_of_imagenet_are_what_mlnet_loads()
    {
        string val = Path.Combine(Environment.GetEnvironmentVariable("ABLATION_DATA") ?? "", "imagenet-sample", "val");
        if (!Directory.Exists(val))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with imagenet-sample/val in it.");
        AssertSame(_ml.Data.TakeRows(_ml.Data.LoadImageFolder(val), 20));
    }

    [TestMethod]
    public void A_damaged_file_is_named_where_mlnet_reads_rows_ahead_too()
    {
        var random = new Random(2);
        byte[] pixels = new byte[4 * 16 * 16];
        random.NextBytes(pixels);
        byte[] png = PngWriter.Write(16, 16, 8, PngWriter.ColourWithAlpha, pixels);
        for (int i = 0; i < 5; i++)
            Write($"cat/{i}.png", png);
        png[^40] ^= 1;
        AssertNamed("cat/3.png", png, "a PNG file whose chunk at byte 33 does not have the checksum");
        AssertNamed("cat/2.jpg", Jpeg(8, 8, "RGBW")[..^2], "a JPEG file that breaks off");
        AssertNamed("cat/1.jpg", "no image"u8.ToArray(), "it does not begin as");
        AssertNamed("cat/1.bmp", "BM no image"u8.ToArray(), "its beginning cannot be decoded");
        byte[] gif =
        [
            .. "GIF89a"u8, 255, 255, 255, 255, 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
            0x2C, 0, 0, 0, 0, 255, 255, 255, 255, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ];
        File.WriteAllBytes(Path.Combine(_folder, "cat", "1.gif"), gif);
        AssertNamed("cat/1.gif", null, "at most 268,435,455 are read");

        IDataView files = _ml.Data.LoadImageFolder(_folder);
        File.Delete(Path.Combine(_folder, "cat", "0.png"));
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => Pixels(files, null, 4, 4).GetColumn<float[]>("Features").Count()).Message, "0.png");
    }

    /// <summary>Models that were saved with these two transforms are read by this library's cursors, which keep ML.NET from hiding the error.</summary>
    [TestMethod]
    public void A_damaged_file_is_named_behind_mlnets_own_loading_too()
    {
        Write("cat/1.jpg", Jpeg(8, 8, "RGBW")[..^2]);
        IDataView files = _ml.Data.LoadImageFolder(_folder);
        IDataView rows = _ml.Transforms.CheckImageFiles()
            .Append(_ml.Transforms.LoadImages("Image", null, "ImagePath"))
            .Append(_ml.Transforms.ResizeImages("Image", 4, 4))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image"))
            .Append(_ml.Transforms.DropColumns("Image"))
            .Fit(files)
            .Transform(files);
        RandomAblationEstimator ablation = _ml.Transforms.RandomAblation(new RandomAblationOptions { RetainedCount = 3, Encoding = AblationEncoding.Mean });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ablation.Fit(rows)).Message, Path.Combine("cat", "1.jpg"));
        Assert.DoesNotContain("1.jpg", Assert.Throws<InvalidOperationException>(() => rows.GetColumn<float[]>("Features").Count()).Message, "so that this is needed");
    }

    [TestMethod]
    public void A_saved_pipeline_loads_the_same_pixels()
    {
        Write("cat/1.png", PngWriter.Write(2, 1, 8, PngWriter.ColourWithAlpha, [255, 0, 0, 255, 255, 0, 0, 0]));
        IDataView files = _ml.Data.LoadImageFolder(_folder);
        using var stream = new MemoryStream();
        _ml.Model.Save(Pipeline(Color.Orange, 2, 1).Fit(files), files.Schema, stream);
        float[] pixels = new MLContext().Model.Load(stream, out _).Transform(files).GetColumn<float[]>("Features").Single();
        AssertPixels([(255, 0, 0), (255, 165, 0)], [pixels], 0);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused_before_a_file_is_opened()
    {
        Write("cat/1.png", []);
        IDataView files = _ml.Data.LoadImageFolder(_folder);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Transforms.LoadImageFiles("Image", "Path").Fit(files)).Message, "There is no path column 'Path'");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Transforms.LoadImageFiles(background: Color.Transparent)).Message, "give a colour that is not transparent");
        Assert.Throws<ArgumentException>(() => _ml.Transforms.LoadImageFiles(""));
        Assert.IsInstanceOfType<ImageDataViewType>(_ml.Transforms.LoadImageFiles().Fit(files).GetOutputSchema(files.Schema)["Image"].Type);
    }

    private void AssertNamed(string file, byte[]? content, string problem)
    {
        string path = Path.GetFullPath(Path.Combine(_folder, file));
        byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;
        if (content is not null)
            File.WriteAllBytes(path, content);
        IDataView rows = Pixels(_ml.Data.LoadImageFolder(_folder), null, 4, 4);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => rows.GetColumn<float[]>("Features").Count());
        StringAssert.StartsWith(exception.Message, $"'{path}' is not a whole image: ");
        StringAssert.Contains(exception.Message, problem);
        if (before is null || content is null)
            File.Delete(path);
        else
            File.WriteAllBytes(path, before);
    }

    private void AssertSame(IDataView files)
    {
        IDataView own = _ml.Transforms.LoadImageFiles().Fit(files).Transform(files);
        IDataView theirs = _ml.Transforms.LoadImages("Image", null, "ImagePath").Fit(files).Transform(files);
        int count = 0;
        foreach ((MLImage mine, MLImage its) in own.GetColumn<MLImage>("Image").Zip(theirs.GetColumn<MLImage>("Image")))
        {
            count++;
            Assert.AreEqual((its.Width, its.Height), (mine.Width, mine.Height));
            Assert.IsTrue(mine.GetBGRPixels.AsSpan().SequenceEqual(its.GetBGRPixels), its.Tag);
        }
        Assert.IsGreaterThan(0, count);
    }

    private static void AssertPixels((int Red, int Green, int Blue)[] expected, float[][] images, int tolerance)
    {
        float[] planar = images.Single();
        for (int i = 0; i < expected.Length; i++)
        {
            (float red, float green, float blue) = (planar[i], planar[expected.Length + i], planar[2 * expected.Length + i]);
            Assert.AreEqual(expected[i].Red, red, tolerance, $"pixel {i}: {red}, {green}, {blue}");
            Assert.AreEqual(expected[i].Green, green, tolerance, $"pixel {i}: {red}, {green}, {blue}");
            Assert.AreEqual(expected[i].Blue, blue, tolerance, $"pixel {i}: {red}, {green}, {blue}");
        }
    }

    private float[][] Read(Color? background, int width, int height)
        => [.. Pixels(_ml.Data.LoadImageFolder(_folder), background, width, height).GetColumn<float[]>("Features")];

    private IDataView Pixels(IDataView files, Color? background, int width, int height) => Pipeline(background, width, height).Fit(files).Transform(files);

    private IEstimator<ITransformer> Pipeline(Color? background, int width, int height) =>
        _ml.Transforms.LoadImageFiles(background: background)
            .Append(_ml.Transforms.ResizeImages("Image", width, height, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image"))
            .Append(_ml.Transforms.DropColumns("Image"));

    private static char NameOf(MLImage image, int x, int y)
    {
        ReadOnlySpan<byte> bgr = image.GetBGRPixels.AsSpan(3 * (y * image.Width + x), 3);
        return (bgr[2] > 128, bgr[1] > 128, bgr[0] > 128) switch
        {
            (true, true, true) => 'W',
            (true, false, false) => 'R',
            (false, true, false) => 'G',
            (false, false, true) => 'B',
            _ => '?',
        };
    }

    /// <summary>A JPEG of four quadrants, named row by row.</summary>
    private byte[] Jpeg(int width, int height, string colours)
    {
        byte[] pixels =
        [
            .. from y in Enumerable.Range(0, height)
               from x in Enumerable.Range(0, width)
               let colour = colours[2 * (2 * y / height) + 2 * x / width]
               from value in new[] { colour is 'R' or 'W', colour is 'G' or 'W', colour is 'B' or 'W', true }
               select value ? (byte)255 : (byte)0,
        ];
        string path = Path.Combine(_folder, "made.jpg");
        using (MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels))
            image.Save(path);
        byte[] content = File.ReadAllBytes(path);
        File.Delete(path);
        return content;
    }

    /// <summary>A JPEG with a segment that says its orientation, big-endian.</summary>
    private static byte[] Exif(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0\u002A"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    private void Write(string file, byte[] content)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
