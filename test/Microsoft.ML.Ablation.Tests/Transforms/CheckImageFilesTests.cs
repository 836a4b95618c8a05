using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Tests.Support;

namespace Microsoft.ML.Ablation.Tests.Transforms;

[TestClass]
public sealed class CheckImageFilesTests
{
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>A JPEG's structure without sensible content: a thumbnail with an end of its own, scan data with a stuffed byte and a restart.</summary>
    private static readonly byte[] s_jpeg =
    [
        0xFF, 0xD8,
        0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 0xFF, 0xD9, 1, 2,
        0xFF, 0xFF, 0xDA, 0, 4, 9, 9,
        1, 2, 0xFF, 0, 3, 0xFF, 0xD3, 4, 5,
        0xFF, 0xD9,
    ];

    private static readonly byte[] s_png =
    [
        0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
        0, 0, 0, 2, (byte)'I', (byte)'D', (byte)'A', (byte)'T', 1, 2, 0x8B, 0xEE, 0xED, 0xD7,
        0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82,
    ];

    private static readonly byte[] s_webp = [.. "RIFF"u8, 6, 0, 0, 0, .. "WEBP"u8, 1, 2];

    [TestMethod]
    public void Whole_files_pass_and_every_shorter_one_does_not()
    {
        foreach (byte[] file in new[] { s_jpeg, s_png, s_webp })
        {
            Assert.IsNull(ImageFileFormat.Problem(file));
            Assert.IsNull(ImageFileFormat.Problem([.. file, 0, 0, 7]), "bytes behind the end do no harm");
            for (int length = 0; length < file.Length; length++)
                Assert.IsNotNull(ImageFileFormat.Problem(file.AsSpan(0, length)), $"{length} of {file.Length} bytes");
        }
        Assert.AreEqual("a JPEG file that breaks off after 29 bytes, before its end-of-image marker", ImageFileFormat.Problem(s_jpeg.AsSpan(..^1)));
        byte[] changed = [.. s_png];
        changed[16] ^= 1;
        Assert.AreEqual("a PNG file whose chunk at byte 8 does not have the checksum that is stored with it", ImageFileFormat.Problem(changed));
        Assert.IsNull(ImageFileFormat.Problem("GIF89a"u8));
        Assert.IsNull(ImageFileFormat.Problem("BM"u8));
        StringAssert.StartsWith(ImageFileFormat.Problem("no image"u8), "it does not begin as");
    }

    [TestMethod]
    public void Lengths_that_lie_neither_overflow_nor_loop()
    {
        Assert.IsNotNull(ImageFileFormat.Problem([.. s_png[..8], 0xFF, 0xFF, 0xFF, 0xFF, .. s_png[12..]]));
        Assert.IsNotNull(ImageFileFormat.Problem([0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1, 2]));
        Assert.IsNotNull(ImageFileFormat.Problem([.. "RIFF"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. "WEBP"u8]));
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] file = [.. s_jpeg, .. s_jpeg];
            for (int change = 0; change < 4; change++)
                file[random.Next(3, file.Length)] = (byte)random.Next(256);
            ImageFileFormat.Problem(file);
        }
    }

    [TestMethod]
    public void Reading_the_row_of_a_damaged_file_names_it()
    {
        string folder = Directory.CreateTempSubdirectory("images-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "cat"));
            string good = Path.Combine(folder, "cat", "1.jpg"), bad = Path.Combine(folder, "cat", "2.jpg");
            File.WriteAllBytes(good, s_jpeg);
            File.WriteAllBytes(bad, s_jpeg[..20]);
            IDataView files = Ml.Data.LoadImageFolder(folder);
            IDataView view = Ml.Transforms.CheckImageFiles().Fit(files).Transform(files);
            Assert.AreEqual(2L, view.GetRowCount());
            CollectionAssert.AreEqual(new[] { "cat", "cat" }, view.Scalar<ReadOnlyMemory<char>>("Label").Select(label => label.ToString()).ToArray());
            var exception = Assert.ThrowsExactly<InvalidDataException>(() => view.Scalar<ReadOnlyMemory<char>>("ImagePath"));
            Assert.AreEqual($"'{bad}' is not a whole image: a JPEG file that breaks off after 20 bytes, before its end-of-image marker. "
                + "Fetch the file again, or move it away.", exception.Message);

            using var stream = new MemoryStream();
            Ml.Model.Save(Ml.Transforms.CheckImageFiles().Fit(files), files.Schema, stream);
            IDataView loaded = Ml.Model.Load(stream, out _).Transform(files);
            Assert.ThrowsExactly<InvalidDataException>(() => loaded.Scalar<ReadOnlyMemory<char>>("ImagePath"));
            File.Delete(bad);
            Assert.ThrowsExactly<FileNotFoundException>(() => loaded.Scalar<ReadOnlyMemory<char>>("ImagePath"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_column_that_holds_no_paths_is_refused_by_name()
    {
        IDataView rows = Table.View(Ml, 3);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Transforms.CheckImageFiles().Fit(rows)).Message, "There is no path column 'ImagePath'");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Transforms.CheckImageFiles("Other").Fit(rows)).Message, "text is needed");
    }

    [TestMethod]
    public void All_photographs_of_the_imagenet_sample_pass()
    {
        string val = Path.Combine(Environment.GetEnvironmentVariable("ABLATION_DATA") ?? "", "imagenet-sample", "val");
        if (!Directory.Exists(val))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with imagenet-sample/val in it.");
        IDataView files = Ml.Data.LoadImageFolder(val);
        Assert.HasCount(200, Ml.Transforms.CheckImageFiles().Fit(files).Transform(files).Scalar<ReadOnlyMemory<char>>("ImagePath"));
    }
}
