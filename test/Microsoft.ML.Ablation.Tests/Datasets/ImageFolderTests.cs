using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Datasets;

[TestClass]
public class ImageFolderTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("images-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Rows_are_the_images_sorted_by_class_and_name_with_the_folder_as_label()
    {
        string[] sorted =
        [
            "Zebra/b.jpg", "ant/10.JPEG", "ant/2.jpeg", "ant/B.png", "ant/a.bmp", "bee/x.GIF", "bee/y.webp", "bee/z.JPG",
        ];
        foreach (string file in sorted.Reverse())
            Write(file);

        IDataView view = _ml.Data.LoadImageFolder(_folder);

        CollectionAssert.AreEqual(sorted.Select(Place).ToArray(), view.GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(sorted.Select(file => file.Split('/')[0]).ToArray(), view.GetColumn<string>("Label").ToArray());
        Assert.HasCount(2, view.Schema);
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["ImagePath"].Type);
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["Label"].Type);
        Assert.AreEqual(8L, view.GetRowCount());
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_own_labels()
    {
        for (int i = 0; i < 40; i++)
            Write($"class{i % 4}/{i}.png");
        IDataView view = _ml.Data.LoadImageFolder(_folder);
        Assert.IsTrue(view.CanShuffle);
        IDataView shuffled = _ml.Data.ShuffleRows(view, seed: 2);

        string[] paths = [.. view.GetColumn<string>("ImagePath")], shuffledPaths = [.. shuffled.GetColumn<string>("ImagePath")];
        CollectionAssert.AreNotEqual(paths, shuffledPaths);
        CollectionAssert.AreEquivalent(paths, shuffledPaths);
        CollectionAssert.AreEqual(
            shuffledPaths.Select(path => Path.GetFileName(Path.GetDirectoryName(path))).ToArray(),
            shuffled.GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    public void Other_files_are_named_once_and_left_out_and_deeper_folders_ignored()
    {
        foreach (string file in new[] { "cat/1.png", "cat/notes.txt", "cat/2.tif", "cat/deeper/2.png", "dog/4.png", "dog/png", "readme.md", "3.png" })
            Write(file);
        var warnings = new List<string>();
        _ml.Log += (_, message) =>
        {
            if (message.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(message.RawMessage);
        };
        CollectionAssert.AreEqual(new[] { Place("cat/1.png"), Place("dog/4.png") }, _ml.Data.LoadImageFolder(_folder).GetColumn<string>("ImagePath").ToArray());
        string[] left = [Path.Combine("cat", "2.tif"), Path.Combine("cat", "notes.txt"), Path.Combine("dog", "png")];
        Assert.AreEqual($"Files in '{_folder}' are left out, because images end in .jpg, .jpeg, .png, .bmp, .gif, .webp: '{string.Join("', '", left)}'.", warnings.Single());
    }

    [TestMethod]
    public void What_systems_leave_in_folders_is_passed_over_without_a_word()
    {
        foreach (string file in new[]
        {
            "cat/1.png", "cat/._1.png", "cat/.DS_Store", "cat/Thumbs.db", "cat/DESKTOP.INI", "cat/.hidden.jpg", ".git/1.png", ".ipynb_checkpoints/1-checkpoint.png",
            "__MACOSX/cat/._1.png", "@eaDir/1.png",
        })
        {
            Write(file);
        }
        var warnings = 0;
        _ml.Log += (_, message) => warnings += message.Kind == Runtime.ChannelMessageKind.Warning ? 1 : 0;
        Assert.AreEqual(Place("cat/1.png"), _ml.Data.LoadImageFolder(_folder).GetColumn<string>("ImagePath").Single());
        Assert.AreEqual(0, warnings);
    }

    [TestMethod]
    public void A_relative_folder_gives_full_paths()
    {
        Write("cat/1.png");
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder) + Path.DirectorySeparatorChar;
        Assert.AreEqual(Place("cat/1.png"), _ml.Data.LoadImageFolder(relative).GetColumn<string>("ImagePath").Single());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Class_names_that_differ_only_by_case_are_two_classes()
    {
        foreach (string file in new[] { "crane/1.png", "Crane/1.png", "Crane/2.png" })
            Write(file);
        IDataView view = _ml.Data.LoadImageFolder(_folder);
        CollectionAssert.AreEqual(new[] { "Crane", "Crane", "crane" }, view.GetColumn<string>("Label").ToArray());
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2 }, keys.GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void Folders_that_hold_no_classes_or_no_images_are_refused_by_name()
    {
        string nowhere = Path.Combine(_folder, "nowhere");
        var missing = Assert.ThrowsExactly<DirectoryNotFoundException>(() => _ml.Data.LoadImageFolder(nowhere));
        StringAssert.Contains(missing.Message, $"'{nowhere}' cannot be read: it does not exist");
        Write("1.png");
        missing = Assert.ThrowsExactly<DirectoryNotFoundException>(() => _ml.Data.LoadImageFolder(Place("1.png")));
        StringAssert.Contains(missing.Message, "it is a file");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadImageFolder(""));

        Refused($"'{_folder}' has no folders in it");

        Write("good/1.png");
        Write("texts/1.txt");
        Write("deep/images/1.png");
        Refused("hold no image themselves: 'deep', 'texts'. ", ".webp");
        for (int i = 0; i < 7; i++)
            Directory.CreateDirectory(Place($"class{i}"));
        Refused("'class0', 'class1', 'class2', 'class3', 'class4' and 4 more. ");
    }

    [TestMethod]
    public void The_sample_of_imagenet_has_one_image_per_class()
    {
        string val = Path.Combine(Environment.GetEnvironmentVariable("ABLATION_DATA") ?? "", "imagenet-sample", "val");
        if (!Directory.Exists(val))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with imagenet-sample/val in it.");

        IDataView view = _ml.Data.LoadImageFolder(val);

        string[] labels = [.. view.GetColumn<string>("Label")], paths = [.. view.GetColumn<string>("ImagePath")];
        Assert.HasCount(200, labels);
        Assert.HasCount(200, labels.Distinct());
        CollectionAssert.AreEqual(labels.Order(StringComparer.Ordinal).ToArray(), labels);
        for (int i = 0; i < labels.Length; i++)
            StringAssert.StartsWith(paths[i], Path.Combine(Path.GetFullPath(val), labels[i], labels[i] + "_"));
    }

    private void Refused(params string[] words)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadImageFolder(_folder));
        foreach (string word in words)
            StringAssert.Contains(exception.Message, word);
    }

    /// <summary>Listing opens no file, so the content does not matter.</summary>
    private void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place(file))!);
        File.WriteAllText(Place(file), "no image");
    }

    private string Place(string file) => Path.GetFullPath(Path.Combine(_folder, file));
}
