using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Tool.Datasets;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

[TestClass]
public sealed class ImageFileSurveyTests
{
    [TestMethod]
    public void Files_are_counted_by_class_and_their_shorter_sides_read()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            PictureFolder.WriteTo(folder, count: 3);
            File.Delete(Path.Combine(folder, "red", "2.JPEG"));
            var survey = ImageFileSurvey.Of(new MLContext().Data.LoadImageFolder(folder));
            CollectionAssert.AreEqual(new[] { ("blue", 3), ("green", 3), ("red", 2) }, survey.Counts.ToArray());
            Assert.AreEqual((8, 20, 20), (survey.Files, survey.MedianSide, survey.Size));
            string[] lines = [.. survey.Lines(20)];
            Assert.AreEqual("Classes: 3, with 8 files: blue (3), green (3), red (2).", lines[0]);
            Assert.AreEqual("Sizes: the shorter side has 20 pixels; the model sees 20 × 20.", lines[1]);
            Assert.AreEqual("Remark: 3 files for each class are few; expect little.", lines[2]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow(2, 4)]
    [DataRow(28, 28)]
    [DataRow(32, 32)]
    [DataRow(50, 48)]
    [DataRow(64, 64)]
    [DataRow(100, 96)]
    [DataRow(200, 224)]
    [DataRow(3_000, 224)]
    public void Small_files_keep_their_size_and_others_have_the_nearest_usual_one(int side, int size)
        => Assert.AreEqual(size, new ImageFileSurvey([("cat", 3)], [1, side, 5_000]).Size);

    [TestMethod]
    public void Many_classes_are_counted_and_some_named()
    {
        var survey = new ImageFileSurvey([.. Enumerable.Range(0, 1_000).Select(i => ($"n{i}", 50))], [200, 300, 400]);
        string first = survey.Lines(224).First();
        StringAssert.StartsWith(first, "Classes: 1,000, with 50,000 files: n0 (50), n1 (50),");
        StringAssert.EndsWith(first, "n11 (50) and 988 more.");
        Assert.AreEqual("Sizes: the shorter side has 200 to 400 pixels, half of them up to 300; the model sees 224 × 224.", survey.Lines(224).Last());
    }
}
