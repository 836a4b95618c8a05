using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

[TestClass]
public sealed class ImageClassFolderTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("images-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Rows_take_classes_in_turn()
    {
        Write("ant/1.png", "ant/2.png", "ant/3.png", "bee/1.png", "cat/1.png", "cat/2.png");
        ImageClassFolder folder = ImageClassFolder.Find(_folder + Path.DirectorySeparatorChar, out _)!;
        string[] expected = ["ant/1.png", "bee/1.png", "cat/1.png", "ant/2.png", "cat/2.png", "ant/3.png"];
        foreach (IDataView rows in new[] { folder.LoadTrain(_ml), folder.LoadTest(_ml) })
        {
            CollectionAssert.AreEqual(expected.Select(Place).ToArray(), rows.GetColumn<string>("ImagePath").ToArray());
            Assert.IsTrue(rows.CanShuffle);
        }
        CollectionAssert.AreEqual(new[] { "ant", "bee", "cat" }, folder.ListClasses!().ToArray());
        Assert.AreEqual($"image folder {Path.GetFileName(_folder)}", folder.Name);
        Assert.AreEqual(_folder, folder.Directory);
    }

    [TestMethod]
    public void Train_and_val_are_told_from_classes_of_these_names()
    {
        Write("train/ant/1.png", "train/bee/1.png", "val/ant/7.png");
        ImageClassFolder folder = ImageClassFolder.Find(_folder, out _)!;
        CollectionAssert.AreEqual(new[] { "ant", "bee" }, folder.LoadTrain(_ml).GetColumn<string>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { Place("val/ant/7.png") }, folder.LoadTest(_ml).GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(new[] { "ant", "bee" }, folder.ListClasses!().ToArray());

        Directory.Delete(Place("val"), recursive: true);
        folder = ImageClassFolder.Find(_folder, out _)!;
        Assert.AreEqual(2L, folder.LoadTrain(_ml).GetRowCount());
        StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(() => folder.LoadTest(_ml)).Message, "has no folder 'test', 'val', 'valid' or 'validation'");

        Directory.Delete(Place("train"), recursive: true);
        Write("train/1.png", "tram/1.png");
        folder = ImageClassFolder.Find(_folder, out _)!;
        CollectionAssert.AreEqual(new[] { "train", "tram" }, folder.LoadTest(_ml).GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    [DataRow("train", "test")]
    [DataRow("Train", "valid")]
    [DataRow("TRAIN", "Validation")]
    [DataRow("train", "VAL")]
    public void Parts_have_their_usual_names_in_any_case(string train, string test)
    {
        Write($"{train}/ant/1.png", $"{test}/ant/7.png", "notes/readme.txt");
        ImageClassFolder folder = ImageClassFolder.Find(_folder, out _)!;
        CollectionAssert.AreEqual(new[] { Place($"{train}/ant/1.png") }, folder.LoadTrain(_ml).GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(new[] { Place($"{test}/ant/7.png") }, folder.LoadTest(_ml).GetColumn<string>("ImagePath").ToArray());
        Assert.AreEqual("files are checked as they are read", folder.Caveat);
    }

    [TestMethod]
    public void Of_test_and_val_test_is_certified_and_that_is_said()
    {
        Write("train/ant/1.png", "val/ant/7.png", "Test/ant/8.png");
        ImageClassFolder folder = ImageClassFolder.Find(_folder, out _)!;
        CollectionAssert.AreEqual(new[] { Place("Test/ant/8.png") }, folder.LoadTest(_ml).GetColumn<string>("ImagePath").ToArray());
        Assert.AreEqual("files are checked as they are read; 'Test' is certified, 'val' is not used", folder.Caveat);
        // A folder that holds images itself, as ImageNet's test images without labels, is no part.
        Directory.Delete(Place("Test"), recursive: true);
        Write("Test/9.png");
        Assert.AreEqual(Place("val/ant/7.png"), ImageClassFolder.Find(_folder, out _)!.LoadTest(_ml).GetColumn<string>("ImagePath").Single());
    }

    [TestMethod]
    public void A_part_that_is_there_twice_is_refused()
    {
        Write("train/ant/1.png", "val/ant/7.png", "valid/ant/8.png");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ImageClassFolder.Find(_folder, out _)).Message,
            "has the validation part more than once, in 'val', 'valid'; leave one there.");
    }

    [TestMethod]
    public void Other_folders_are_not_found_with_the_reason()
    {
        Assert.IsNull(ImageClassFolder.Find(Place("nowhere"), out string missing));
        StringAssert.StartsWith(missing, $"No class folders with images found: The image folder '{Place("nowhere")}' cannot be read");
        Write("ant/1.txt");
        Assert.IsNull(ImageClassFolder.Find(_folder, out missing));
        StringAssert.Contains(missing, "'ant'");
    }

    [TestMethod]
    public void A_class_file_gives_the_names_in_order()
    {
        string file = Place("synsets.txt");
        File.WriteAllText(file, "n03 zebra\n\n  n01\tant, a small one\r\nn02 bee\n");
        CollectionAssert.AreEqual(new[] { "n03", "n01", "n02" }, ClassFile.Read(file, ["n01", "n02"]).ToArray());

        StringAssert.Contains(Refused(file, "n04", "n01", "n02", "n05").Message, "lacks 'n04', 'n05', for which there are folders");
        File.WriteAllText(file, "n01\ta\nn02\tb\nn01\tc\n");
        StringAssert.Contains(Refused(file).Message, "has 'n01' in line 1 and in line 3");
        File.WriteAllText(file, " \n");
        StringAssert.Contains(Refused(file).Message, "is empty");
        Assert.ThrowsExactly<FileNotFoundException>(() => ClassFile.Read(Place("none.txt"), []));
    }

    [TestMethod]
    [DataRow("ice cream\nbread\n", "ice cream|bread", DisplayName = "names alone")]
    [DataRow("ice cream\nbread\nhot dog\n", "ice cream|bread|hot dog", DisplayName = "names alone, one without a folder")]
    [DataRow("ice cream cold and sweet\nbread baked\npie of apples\n", "ice cream|bread|pie", DisplayName = "described, one without a folder")]
    [DataRow("bread\tof rye\nhot dog\tin a bun\nice cream\t\n", "bread|hot dog|ice cream", DisplayName = "tabs")]
    public void Names_in_a_class_file_may_hold_spaces(string text, string expected)
    {
        string file = Place("classes.txt");
        File.WriteAllText(file, text);
        Assert.AreEqual(expected, string.Join('|', ClassFile.Read(file, ["bread", "ice cream"])));
    }

    [TestMethod]
    [DataRow("bread\nice cream\nhot dog in a bun\nbread of rye\n", "line 3, 'hot dog in a bun', may be the class 'hot' or 'hot dog in a bun'")]
    [DataRow("bread\nice\nhot dog\n", "line 3, 'hot dog', may be the class 'hot' or 'hot dog'")]
    [DataRow("ice cream van\nbread\n", "line 1, 'ice cream van', may be the class 'ice' or 'ice cream'")]
    public void Names_that_can_be_read_in_two_ways_are_refused(string text, string told)
    {
        string file = Place("classes.txt");
        File.WriteAllText(file, text);
        StringAssert.Contains(Refused(file, "bread", "ice", "ice cream").Message, told);
    }

    private static InvalidDataException Refused(string file, params string[] folders)
        => Assert.ThrowsExactly<InvalidDataException>(() => ClassFile.Read(file, folders));

    /// <summary>Listing opens no file, so the content does not matter.</summary>
    private void Write(params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Place(file))!);
            File.WriteAllText(Place(file), "no image");
        }
    }

    private string Place(string file) => Path.GetFullPath(Path.Combine(_folder, file));
}
