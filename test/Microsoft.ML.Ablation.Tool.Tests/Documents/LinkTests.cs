namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>Follows the links of all documents, without the network.</summary>
[TestClass]
public sealed class LinkTests
{
    private static readonly Lazy<HashSet<string>> s_files = new(() => [.. RepositoryFiles.List()]);

    private static readonly Lazy<Dictionary<string, MarkdownDocument>> s_documents = new(() => MarkdownDocument.All().ToDictionary(document => document.File));

    [TestMethod]
    public void Every_relative_link_leads_to_a_file_and_to_a_heading()
    {
        Assert.IsGreaterThan(100, s_documents.Value.Values.Sum(document => document.RelativeLinks.Count()));
        string[] broken = [.. s_documents.Value.Values.SelectMany(document => document.RelativeLinks.Select(link => Explain(document, link)).OfType<string>())];
        Assert.IsEmpty(broken, string.Join('\n', broken));
    }

    [TestMethod]
    [DataRow("[a](docs/nowhere.md)", "README.md: no file docs/nowhere.md")]
    [DataRow("![a](../README.md)", "README.md: no file ../README.md")]
    [DataRow("[a]: docs/Tables.md", "README.md: no file docs/Tables.md")]
    [DataRow("""<a href="docs/tables.md#nothing">""", "README.md: no heading docs/tables.md#nothing")]
    [DataRow("[a](#nothing)\n```sh\n# Nothing\n```", "README.md: no heading #nothing")]
    [DataRow("[a](docs/samples/quickstart.cs#main)", "README.md: no heading docs/samples/quickstart.cs#main")]
    public void A_link_to_nowhere_is_found(string text, string expected)
    {
        var document = new MarkdownDocument("README.md", text);
        Assert.AreEqual(expected, Explain(document, document.RelativeLinks.Single()));
    }

    [TestMethod]
    [DataRow("[a](docs/tables.md#choosing-k) [`b`](docs/samples) [c](#here)\n## Here")]
    [DataRow("[a](https://example.org/x.md) [b](mailto:x) [c](//example.org)\n`[d](nowhere.md)`\n```text\n[e](nowhere.md)\n```")]
    public void Others_are_not(string text)
    {
        var document = new MarkdownDocument("README.md", text);
        Assert.IsEmpty(document.RelativeLinks.Select(link => Explain(document, link)).OfType<string>());
    }

    [TestMethod]
    [DataRow("Theorem 1: what ρ changed positions can do", "theorem-1-what-ρ-changed-positions-can-do")]
    [DataRow("From `certify --run` to disk", "from-certify---run-to-disk")]
    [DataRow("How it fits into [ML.NET](x.md)", "how-it-fits-into-mlnet")]
    [DataRow("snake_case, 2 × 2", "snake_case-2--2")]
    public void Headings_have_the_anchors_of_repositories(string heading, string expected) => Assert.AreEqual(expected, MarkdownDocument.AnchorOf(heading));

    [TestMethod]
    public void A_repeated_heading_has_a_number()
        => CollectionAssert.AreEquivalent(new[] { "a", "a-1", "b" }, new MarkdownDocument("x.md", "# A\n## A ##\n### B\n#c\n").Anchors.ToArray());

    /// <summary>What is wrong with a link; null where nothing is.</summary>
    private static string? Explain(MarkdownDocument document, string link)
    {
        string[] parts = Uri.UnescapeDataString(link).Split('#', 2);
        string target = parts[0].Length == 0 ? document.File : Resolve(document.File, parts[0]);
        if (!s_files.Value.Contains(target) && !s_files.Value.Any(file => file.StartsWith(target.TrimEnd('/') + '/', StringComparison.Ordinal)))
            return $"{document.File}: no file {link}";
        if (parts.Length == 1)
            return null;
        MarkdownDocument? named = parts[0].Length == 0 ? document : s_documents.Value.GetValueOrDefault(target);
        return named is not null && named.Anchors.Contains(parts[1]) ? null : $"{document.File}: no heading {link}";
    }

    private static string Resolve(string from, string link)
    {
        string root = ToolProcess.RepositoryRoot;
        return Path.GetRelativePath(root, Path.Combine(root, Path.GetDirectoryName(from)!, link)).Replace('\\', '/');
    }
}
