using System.IO.Compression;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class CheckpointCommandTests
{
    [TestMethod]
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
