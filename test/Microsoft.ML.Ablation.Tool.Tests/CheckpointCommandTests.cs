using System.IO.Compression;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class CheckpointCommandTests
{
    [TestMethod]
    [LongTest("trains four times in processes of their own")]
    public void A_training_killed_and_run_again_gives_the_model_of_one_never_killed()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-killed-").FullName;
        try
        {
            string checkpoint = Path.Combine(folder, "state");
            string[] train =
            [
                "train", "--generated", "--train-rows", "400", "--epochs", "8", "--batch-size", "16", "--k", "150",
                "--votes", "50", "--selection-votes", "20",
            ];
            ToolProcess whole = ToolProcess.Ablation(folder, [.. train, "--out", "whole.zip"]);
            Assert.AreEqual(0, whole.ExitCode, whole.Error);

            Assert.IsTrue(ToolProcess.KillWhenThereIs(checkpoint, folder, [.. train, "--checkpoint", checkpoint, "--out", "killed.zip"]));
            Assert.IsFalse(File.Exists(Path.Combine(folder, "killed.zip")));
            ToolProcess other = ToolProcess.Ablation(folder, [.. train, "--checkpoint", checkpoint, "--seed", "2", "--out", "other.zip"]);
            Assert.AreEqual(2, other.ExitCode, other.Error);
            StringAssert.Contains(other.Error, "Seed is 2, stored is 1");

            ToolProcess resumed = ToolProcess.Ablation(folder, [.. train, "--checkpoint", checkpoint, "--out", "resumed.zip"]);
            Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
            CollectionAssert.AreEqual(Contents(Path.Combine(folder, "whole.zip")), Contents(Path.Combine(folder, "resumed.zip")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_recipe_and_the_options_beside_it_reach_the_trainer()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-recipe-").FullName;
        try
        {
            string[] train =
            [
                "train", "--generated", "--train-rows", "100", "--checkpoint", "state", "--votes", "50", "--selection-votes", "20",
            ];
            ToolProcess first = ToolProcess.Ablation(folder, [.. train, "--recipe", "PaperMnist", "--epochs", "2"]);
            Assert.AreEqual(0, first.ExitCode, first.Error);
            StringAssert.Contains(first.Error, "Warning: The learning rate does not fall after epoch 200");

            ToolProcess other = ToolProcess.Ablation(folder,
            [
                .. train, "--epochs", "2", "--milestones", "1", "--warm-up", "0.5", "--learning-rate", "0.25", "--weight-decay", "0.125",
                "--validation-share", "0.5",
            ]);
            Assert.AreEqual(2, other.ExitCode, other.Error);
            StringAssert.Contains(other.Error, "belongs to another training: Network is conv4x4s2-64-128-fc-500-100-bn, stored is "
                + "conv4x4s2-64-128-fc-500-100; Optimizer is Adam, stored is Sgd; LearningRate is 0.25, stored is 0.01; "
                + "Schedule is MultiStep(0.1, 1).WithWarmUp(0.5), stored is MultiStep(0.1, 200); WeightDecay is 0.125, stored is 0; "
                + "ValidationFraction is 0.5, stored is 0; MaskSharing is PerSample, stored is PerBatch; Rows trained on is ");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_model_file_is_trained_on_with_its_weights()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-initial-").FullName;
        try
        {
            string[] train = ["train", "--generated", "--train-rows", "400", "--k", "150", "--batch-size", "16", "--network"];
            Assert.AreEqual(0, ToolProcess.Ablation(folder, [.. train, "FullyConnected", "--epochs", "3", "--history", "first.csv", "--out", "first.zip"]).ExitCode);
            string[] more = ["--epochs", "1", "--initial-model", "first.zip"];
            ToolProcess second = ToolProcess.Ablation(folder, [.. train, "FullyConnected", .. more, "--history", "second.csv", "--out", "second.zip"]);
            Assert.AreEqual(0, second.ExitCode, second.Error);
            Assert.IsTrue(File.Exists(Path.Combine(folder, "second.zip")));
            Assert.IsLessThan(LossOf("first.csv"), LossOf("second.csv"));

            ToolProcess other = ToolProcess.Ablation(folder, [.. train, "Convolutional", .. more, "--out", "other.zip"]);
            Assert.AreNotEqual(0, other.ExitCode);
            StringAssert.Contains(other.Error, "InitialModel has the network 'conv7x7s2-16-fc-512-residual-2'");
            ToolProcess missing = ToolProcess.Ablation(folder, [.. train, "FullyConnected", "--initial-model", "none.zip", "--out", "other.zip"]);
            Assert.AreNotEqual(0, missing.ExitCode);
            StringAssert.Contains(missing.Error, "There is no model file 'none.zip'");
            Assert.IsFalse(File.Exists(Path.Combine(folder, "other.zip")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Of the first epoch.
        double LossOf(string history) => double.Parse(File.ReadLines(Path.Combine(folder, history)).Skip(1).First().Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The entries of a model file, by name, with their bytes.</summary>
    private static string[] Contents(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        string[] entries = [.. zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(entry =>
        {
            using Stream stream = entry.Open();
            return $"{entry.FullName}: {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream))}";
        })];
        Assert.IsNotEmpty(entries);
        return entries;
    }
}
