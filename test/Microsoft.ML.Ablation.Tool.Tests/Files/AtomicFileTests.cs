using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public class AtomicFileTests
{
    private string _folder = "";

    private string Target => Path.Combine(_folder, "model.zip");

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("atomic-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_file_appears_on_commit_and_not_before()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("new"u8);
            Assert.IsFalse(File.Exists(Target));
            file.Commit();
        }
        Assert.AreEqual("new", File.ReadAllText(Target));
        OnlyTheTargetIsThere();
    }

    [TestMethod]
    public void What_was_written_can_be_read_back_before_it_counts()
    {
        using AtomicFile file = AtomicFile.Create(Target);
        file.Stream.Write("abc"u8);
        file.Stream.Position = 1;
        Assert.AreEqual('b', file.Stream.ReadByte());
        Assert.AreEqual(3L, file.Stream.Length);
    }

    [TestMethod]
    public void An_older_file_is_replaced_whole()
    {
        File.WriteAllText(Target, "a much longer older content");
        AtomicFile.WriteAllText(Target, "ñ");
        CollectionAssert.AreEqual("ñ"u8.ToArray(), File.ReadAllBytes(Target));
        OnlyTheTargetIsThere();
    }

    [TestMethod]
    public void A_failure_leaves_the_older_file_and_nothing_else()
    {
        File.WriteAllText(Target, "older");
        var thrown = Assert.ThrowsExactly<TimeoutException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new TimeoutException("stop");
        }));
        Assert.AreEqual("stop", thrown.Message);
        Assert.AreEqual("older", File.ReadAllText(Target));
        OnlyTheTargetIsThere();
    }

    [TestMethod]
    public void Not_committed_means_not_written()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
            file.Stream.Write("half"u8);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
        AtomicFile.CheckWritable(Target);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void A_failing_rename_removes_the_temporary_file_and_names_the_target()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("x"u8);
            Directory.CreateDirectory(Target); // appears in the meantime
            var exception = Assert.Throws<IOException>(file.Commit);
            StringAssert.Contains(exception.Message, Target);
        }
        OnlyTheTargetIsThere();
    }

    [TestMethod]
    public void Missing_directories_and_directories_as_targets_are_named()
    {
        string lost = Path.Combine(_folder, "no", "such", "model.zip");
        Refused(lost, lost, Path.GetDirectoryName(lost)!, "does not exist");
        Refused(_folder, _folder, "directory");
    }

    [TestMethod]
    public void A_read_only_file_is_not_replaced()
    {
        File.WriteAllText(Target, "kept");
        File.SetAttributes(Target, FileAttributes.ReadOnly);
        try
        {
            Refused(Target, Target, "read-only");
            Assert.AreEqual("kept", File.ReadAllText(Target));
        }
        finally
        {
            File.SetAttributes(Target, FileAttributes.Normal);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_directory_that_cannot_be_written_and_a_device_are_named()
    {
        Refused("/proc/model.zip", "/proc/model.zip");
        Refused("/dev/null", "/dev/null", "device");
        Assert.IsTrue(File.Exists("/dev/null"));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_full_disk_is_told_with_the_name_of_the_target()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var stream = new AtomicFileStream("/results/votes.csv", full);
        var exception = Assert.ThrowsExactly<FileWriteException>(() => stream.Write(new byte[10]));
        StringAssert.Contains(exception.Message, "/results/votes.csv");
        StringAssert.Contains(exception.Message, "the disk is full");
        Assert.DoesNotContain("/dev/full", exception.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_link_stays_a_link()
    {
        string real = Path.Combine(_folder, "real.zip");
        File.WriteAllText(real, "older");
        File.CreateSymbolicLink(Target, real);
        AtomicFile.WriteAllText(Target, "new");
        Assert.AreEqual("new", File.ReadAllText(real));
        Assert.IsNotNull(new FileInfo(Target).LinkTarget);
    }

    private static void Refused(string path, params string[] words)
    {
        var exception = Assert.Throws<IOException>(() => AtomicFile.CheckWritable(path));
        foreach (string word in words)
            StringAssert.Contains(exception.Message, word);
    }

    private void OnlyTheTargetIsThere() =>
        CollectionAssert.AreEqual(new[] { Target }, Directory.GetFileSystemEntries(_folder));
}
