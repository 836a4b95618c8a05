namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>What readers rely on: a short README, indexes that list everything, and pages of packages that work outside the repository.</summary>
[TestClass]
public sealed class DocumentTests
{
    /// <summary>Packed as README.md: for the libraries, and for the tool.</summary>
    internal static readonly string[] PackageReadmes = ["src/PACKAGE.md", "src/Microsoft.ML.Ablation.Tool/PACKAGE.md"];

    [TestMethod]
    public void The_readme_is_short() => Assert.IsLessThanOrEqualTo(100, RepositoryFiles.Read("README.md").TrimEnd().Split('\n').Length);

    [TestMethod]
    public void The_index_lists_every_document_and_sample()
    {
        string[] expected = [.. RepositoryFiles.List().Where(file => file.StartsWith("docs/", StringComparison.Ordinal) && file is not "docs/README.md")
            .Select(file => file["docs/".Length..])];
        string[] missing = [.. expected.Except(LinksOf("docs/README.md"))];
        Assert.IsEmpty(missing, string.Join('\n', missing));
    }

    [TestMethod]
    public void The_index_of_samples_lists_every_sample()
    {
        string[] missing = [.. Directory.GetFiles(RepositoryFiles.PathOf("docs/samples")).Select(file => Path.GetFileName(file)).Except(["README.md"])
            .Except(LinksOf("docs/samples/README.md"))];
        Assert.IsEmpty(missing, string.Join('\n', missing));
    }

    [TestMethod]
    public void Pages_of_packages_have_no_relative_links()
    {
        foreach (string file in PackageReadmes)
            Assert.IsEmpty(new MarkdownDocument(file, RepositoryFiles.Read(file)).RelativeLinks, file);
    }

    private static string[] LinksOf(string file) => new MarkdownDocument(file, RepositoryFiles.Read(file)).Links;
}
