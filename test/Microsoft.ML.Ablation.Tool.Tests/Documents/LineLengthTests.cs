using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>
/// Holds the length of lines that <c>.editorconfig</c> states. What stands in string literals is not counted, because messages and help are
/// easier to read whole; rows of tables in doc comments cannot be broken.
/// </summary>
[TestClass]
public sealed partial class LineLengthTests
{
    [TestMethod]
    public void No_line_of_code_is_longer_than_the_editor_is_told()
    {
        int limit = int.Parse(Limit().Match(RepositoryFiles.Read(".editorconfig")).Groups[1].Value, CultureInfo.InvariantCulture);
        string[] longer = [.. RepositoryFiles.List("*.cs").SelectMany(file => RepositoryFiles.Read(file).Split('\n')
            .Select((line, index) => (Length: LengthOf(line), Place: $"{file}:{index + 1}")).Where(line => line.Length > limit)
            .Select(line => $"{line.Place} has {line.Length} characters; {limit} are allowed"))];
        Assert.IsEmpty(longer, string.Join('\n', longer));
    }

    [TestMethod]
    [DataRow("int x = 1;", 10)]
    [DataRow("""Say("not counted", name, $"nor {this}, \" too");""", 19)]
    [DataRow("/// | a | row of a table |", 0)]
    [DataRow("/// a sentence", 14)]
    public void Literals_and_rows_of_tables_are_not_counted(string line, int length) => Assert.AreEqual(length, LengthOf(line));

    private static int LengthOf(string line) => TableRow().IsMatch(line) ? 0 : Literal().Replace(line, "\"\"").Length;

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Limit();

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"
        """)]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\s*/// \|")]
    private static partial Regex TableRow();
}
