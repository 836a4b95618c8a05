using System.Runtime.Versioning;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public class RepairedLibraryTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Stores_once_in_a_folder_of_the_user_alone()
    {
        byte[] content = [1, 2, 3];
        string folder = Path.Combine(_folder, "cache");
        string path = RepairedLibrary.Store(content, folder, "x.so");
        DateTime written = File.GetLastWriteTimeUtc(path);

        Assert.AreEqual(path, RepairedLibrary.Store(content, folder, "x.so"));
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(path));
        CollectionAssert.AreEqual(content, File.ReadAllBytes(path));
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(folder));
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [TestMethod]
    public void A_file_with_other_content_is_replaced()
    {
        byte[] content = [1, 2, 3];
        string path = RepairedLibrary.Store(content, _folder, "x.so");
        File.WriteAllBytes(path, [1, 2, 4]);
        Assert.AreEqual(path, RepairedLibrary.Store(content, _folder, "x.so"));
        CollectionAssert.AreEqual(content, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void A_link_in_place_of_the_file_is_replaced_and_its_target_left_alone()
    {
        byte[] content = [1, 2, 3];
        string target = Path.Combine(_folder, "target");
        string path = RepairedLibrary.Store(content, _folder, "x.so");
        File.WriteAllBytes(target, content);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        RepairedLibrary.Store(content, _folder, "x.so");
        Assert.IsNull(new FileInfo(path).LinkTarget);
        Assert.IsTrue(File.Exists(target));
    }

    [TestMethod]
    public void A_folder_open_to_others_is_closed()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1FF);
        PrivateFolder.Ensure(_folder);
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(_folder));
    }

    [TestMethod]
    public void A_link_in_place_of_the_folder_is_refused()
    {
        string link = Path.Combine(_folder, "link");
        Directory.CreateSymbolicLink(link, _folder);
        Assert.ThrowsExactly<UnauthorizedAccessException>(() => PrivateFolder.Ensure(link));
    }
}
