namespace Microsoft.ML.Ablation.Orleans.Tests;

[TestClass]
public sealed class TemporaryFolderTests
{
    [TestMethod]
    public void Folders_of_dead_processes_are_removed_and_those_of_living_ones_stay()
    {
        string prefix = $"ablation-folder-{Guid.NewGuid():N}-";
        string left = Made("left", locked: true, old: true), young = Made("young", locked: true, old: false), foreign = Made("foreign", locked: false, old: true);
        using var living = new TemporaryFolder(prefix);
        File.SetLastWriteTimeUtc(Path.Combine(living.FullName, "lock"), DateTime.UtcNow.AddHours(-1));
        using (var next = new TemporaryFolder(prefix))
        {
            Assert.IsFalse(Directory.Exists(left));
            foreach (string folder in (string[])[young, foreign, living.FullName, next.FullName])
                Assert.IsTrue(Directory.Exists(folder), folder);
            File.WriteAllText(Path.Combine(next.FullName, "model.zip"), "");
            left = next.FullName;
        }
        Assert.IsFalse(Directory.Exists(left));
        Directory.Delete(young, recursive: true);
        Directory.Delete(foreign, recursive: true);

        string Made(string name, bool locked, bool old)
        {
            string folder = Directory.CreateTempSubdirectory($"{prefix}{name}-").FullName;
            string file = Path.Combine(folder, locked ? "lock" : "model.zip");
            File.WriteAllText(file, "");
            if (old)
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
            return folder;
        }
    }
}
