using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tests.Datasets;
using Microsoft.ML.Ablation.Tool.Tuning;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>From a folder of image files to a certified model, without a word about how.</summary>
[TestClass]
public sealed class FolderTrainingTests
{
    private static string s_folder = "";
    private static ToolProcess s_train = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        PictureFolder.WriteTo(Path.Combine(s_folder, "photos"), count: 16);
        s_train = ToolProcess.Ablation(s_folder, "train", "--data", "photos", "--image-size", "12", "--budget", "2s", "--out", "photos.zip", "--json");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Train_says_what_it_found_and_writes_model_table_votes_and_report()
    {
        Assert.AreEqual(0, s_train.ExitCode, s_train.Error);
        foreach (string line in new[]
        {
            "Classes: 3, with 48 files: blue (16), green (16), red (16).", "Sizes: the shorter side has 20 pixels; the model sees 12 × 12.", "Training on ", "with 11 masks and network PerMask;",
            "images a second, so ", "Model: photos.zip; a line per row: photos.certified.csv; votes: photos.run; report: photos.html.",
        })
        {
            StringAssert.Contains(s_train.Error, line);
        }
        JsonElement result = JsonDocument.Parse(s_train.Output).RootElement;
        JsonElement heldOut = result.GetProperty("heldOut");
        int rows = heldOut.GetProperty("rows").GetInt32();
        Assert.IsTrue(rows is > 0 and < 24, $"{rows} rows");
        Assert.AreEqual(("11 masks", "Condorcet"), (result.GetProperty("masks").GetString(), heldOut.GetProperty("rule").GetString()));
        Assert.AreEqual(rows + 1, File.ReadAllLines(Path.Combine(s_folder, "photos.certified.csv")).Length);
        StringAssert.Contains(File.ReadAllText(Path.Combine(s_folder, "photos.html")), "<h2>Smallest radii</h2>");
        StringAssert.Contains(result.GetProperty("program").GetString(), "new Photo { ImagePath = ");
    }

    [TestMethod]
    public void Certify_finds_the_images_that_it_held_out()
    {
        ToolProcess certify = ToolProcess.Ablation(s_folder, "certify", "--model", "photos.zip", "--data", "photos", "--held-out", "--out", "again.csv");
        Assert.AreEqual(0, certify.ExitCode, certify.Error);
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "photos.certified.csv")), File.ReadAllText(Path.Combine(s_folder, "again.csv")));
        StringAssert.Contains(certify.Output, "Right on ");
        StringAssert.Contains(certify.Output, "Certificates hold without chance");
        ToolProcess other = ToolProcess.Ablation(s_folder, "certify", "--model", "photos.zip", "--data", "photos", "--held-out", "--validation-share", "0.5");
        Assert.AreEqual(2, other.ExitCode);
        StringAssert.Contains(other.Error, "held out with --seed 1 and --validation-share 0.2; other values name rows that it was trained on. Leave both out.");
    }

    [TestMethod]
    public void A_model_of_image_files_does_not_fall_back_to_other_images()
    {
        foreach (string verb in new[] { "certify", "attack" })
        {
            ToolProcess none = ToolProcess.Ablation(s_folder, verb, "--model", "photos.zip");
            Assert.AreEqual(2, none.ExitCode);
            StringAssert.Contains(none.Error, "'photos.zip' was trained on image files of 3 classes, 'blue', 'green', 'red'; give --data with a folder that has a folder of image files for each class.");
        }
    }

    [TestMethod]
    public void What_is_certified_was_not_trained_on_and_is_better_than_the_most_frequent_class()
    {
        var ml = new MLContext(seed: 1);
        string photos = Path.Combine(s_folder, "photos");
        IDataView all = ml.Data.LoadImageFolder(photos);
        var images = new ImageData("photos", () => throw new InvalidOperationException("There are no test images."), _ => all, IsGenerated: false)
        {
            ListClasses = () => PictureFolder.Classes,
        };
        TrainingSettings settings = ImageFileOptions.ApplyDefaults(new TrainingSettings { Seed = 1 }, images);
        settings = settings with { Ablations = UsualTraining.OfFiles(images.Survey, 20, network: null, seed: 1).Ablations };
        settings.Ablations.SetDefaults(settings.Trainer, network: null);
        (settings.Trainer.Epochs, settings.Trainer.BatchSize, settings.Trainer.Seed) = (40, 16, 1);
        var files = TrainingFiles.In(Directory.CreateDirectory(Path.Combine(s_folder, "direct")).FullName);
        CertificationResult result = new CertifiedTraining(ml, settings, images, VoteOptions.Usual(settings), files, new ToolConsole(json: false, quiet: true)) { MostCertified = 500 }
            .Run(CancellationToken.None);
        Assert.IsGreaterThan(0.8, result.Accuracy);
        Assert.IsGreaterThan(0.5, result.Metrics.CertifiedAccuracyAt(1));
        Assert.IsLessThan(0.8, result.MostFrequentShare!.Value);
        Assert.AreEqual(40, result.Epochs);
        // Once more: the run that is there is another model's, and is replaced.
        settings.Trainer.Epochs = 1;
        new CertifiedTraining(ml, settings, images, VoteOptions.Usual(settings), files, new ToolConsole(json: false, quiet: true)) { MostCertified = 2 }.Run(CancellationToken.None);
        Assert.HasCount(3, File.ReadAllLines(files.Table));
    }

    [TestMethod]
    public void Without_images_held_out_nothing_is_trained()
    {
        ToolProcess none = ToolProcess.Ablation(s_folder, "train", "--data", "photos", "--validation-share", "0", "--out", "none.zip");
        Assert.AreEqual(2, none.ExitCode);
        StringAssert.Contains(none.Error, "No image is held out of the training");
        Assert.IsFalse(File.Exists(Path.Combine(s_folder, "none.zip")));
    }
}
