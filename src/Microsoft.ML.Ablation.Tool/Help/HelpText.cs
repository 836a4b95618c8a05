using System.Text;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>Lines of help, none longer than a screen is wide.</summary>
internal sealed class HelpText
{
    /// <summary>The most characters of a line.</summary>
    public const int Width = 80;

    /// <summary>The most characters of a name that has its description beside it.</summary>
    private const int WidestName = 26;

    private readonly List<string> _lines = [];

    /// <summary>How many lines there are.</summary>
    public int Count => _lines.Count;

    /// <summary>A sentence, or several.</summary>
    public void Paragraph(string text) => _lines.AddRange(Wrap(text, Width));

    /// <summary>An empty line, unless there is nothing above it.</summary>
    public void Gap()
    {
        if (_lines.Count > 0)
            _lines.Add("");
    }

    /// <summary>A command line; a long one goes on after a backslash, as a shell takes it.</summary>
    public void Command(string line)
    {
        string[] parts = [.. Wrap(line, Width - 6)];
        for (int i = 0; i < parts.Length; i++)
            _lines.Add($"{(i == 0 ? "  " : "    ")}{parts[i]}{(i < parts.Length - 1 ? " \\" : "")}");
    }

    /// <summary>Names with descriptions beside them.</summary>
    public void Definitions(IReadOnlyCollection<(string Name, string Text)> entries)
    {
        int column = 4 + entries.Select(entry => entry.Name.Length).Where(length => length <= WidestName).DefaultIfEmpty(WidestName).Max();
        foreach ((string name, string text) in entries)
        {
            string[] parts = [.. Wrap(text, Width - column)];
            bool isBeside = name.Length <= column - 4 && parts.Length > 0;
            _lines.Add(isBeside ? $"  {name.PadRight(column - 2)}{parts[0]}" : $"  {name}");
            foreach (string part in parts.Skip(isBeside ? 1 : 0))
                _lines.Add(new string(' ', column) + part);
        }
    }

    public override string ToString() => string.Concat(_lines.Select(line => line + "\n"));

    /// <summary>Lines of whole words; a word that is longer than a line has one of its own.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        if (line.Length > 0)
            yield return line.ToString();
    }
}
