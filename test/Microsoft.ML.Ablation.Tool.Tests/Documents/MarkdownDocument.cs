using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>The links and the headings of a Markdown file, or of the text cells of a notebook.</summary>
/// <param name="File">Where it lies, from the root of the repository.</param>
/// <param name="Text">The Markdown.</param>
internal sealed partial record MarkdownDocument(string File, string Text)
{
    /// <summary>All documents and notebooks of the repository.</summary>
    public static MarkdownDocument[] All()
        => [.. RepositoryFiles.List("*.md").Select(file => new MarkdownDocument(file, RepositoryFiles.Read(file))),
            .. RepositoryFiles.List("*.ipynb").Select(file => new MarkdownDocument(file, TextOf(RepositoryFiles.Read(file))))];

    /// <summary>Where links and pictures lead, as it is written.</summary>
    public string[] Links => [.. Link().Matches(CodeSpan().Replace(WithoutBlocks, "")).Select(link => link.Groups["target"].Value)];

    /// <summary>The links that lead to a file or a heading of the repository.</summary>
    public IEnumerable<string> RelativeLinks => Links.Where(link => !Absolute().IsMatch(link));

    /// <summary>The anchors of the headings, as repositories show them: lower case, hyphens for spaces, a number for a repeated one.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(WithoutBlocks))
            {
                string anchor = AnchorOf(heading.Groups["text"].Value), unique = anchor;
                for (int again = 1; !anchors.Add(unique); again++)
                    unique = $"{anchor}-{again}";
            }
            return anchors;
        }
    }

    public static string AnchorOf(string heading)
        => NotInAnchors().Replace(LinkText().Replace(heading, "$1").Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private string WithoutBlocks => CodeBlock().Replace(Text, "");

    private static string TextOf(string notebook)
    {
        IEnumerable<JsonElement> cells = JsonDocument.Parse(notebook).RootElement.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "markdown");
        return string.Join("\n\n", cells.Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()))));
    }

    [GeneratedRegex("^ *(?<fence>`{3,}|~{3,})[^\n]*\n.*?^ *\\k<fence> *$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(?<ticks>`+)(?!`).+?(?<!`)\\k<ticks>(?!`)", RegexOptions.Singleline)]
    private static partial Regex CodeSpan();

    /// <summary>Links and pictures in brackets, definitions of links, and attributes of HTML.</summary>
    [GeneratedRegex("""\]\(\s*<?(?<target>[^)\s>]+)[^)]*\)|^\s*\[[^\]\n]+\]:\s*(?<target>\S+)|\b(?:href|src)\s*=\s*["'](?<target>[^"']+)""", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex("^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Absolute();

    [GeneratedRegex("^ {0,3}#{1,6} +(?<text>[^\n]+?)(?: +#+)? *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{M}\p{N}\p{Pc} -]")]
    private static partial Regex NotInAnchors();
}
