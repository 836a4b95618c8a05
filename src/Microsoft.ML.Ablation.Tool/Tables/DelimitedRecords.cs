using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>
/// The records of a text, one after the other. A cell that begins with a quotation mark ends at the next single one, and may hold separators, line ends and doubled marks, as RFC 4180 has
/// it; where tabs separate cells, quotation marks are characters like any other. Blank lines are skipped.
/// </summary>
/// <param name="path">The file, for messages.</param>
/// <param name="text">The text.</param>
/// <param name="separator">What stands between cells.</param>
internal sealed class DelimitedRecords(string path, string text, char separator)
{
    private readonly bool _hasQuotes = separator != '\t';
    private int _at;
    private int _line = 1;

    /// <summary>The next record.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="line">The line that it begins in, from 1.</param>
    /// <exception cref="InvalidDataException">Quotation marks are not closed, or something follows one.</exception>
    public bool TryNext(out string[] cells, out int line)
    {
        while (_at < text.Length && text[_at] is '\r' or '\n')
            EndLine();
        line = _line;
        if (_at == text.Length)
        {
            cells = [];
            return false;
        }
        var read = new List<string>();
        do
            read.Add(Cell());
        while (Skip(separator));
        EndLine();
        cells = [.. read];
        return true;
    }

    private string Cell()
    {
        if (_hasQuotes && _at < text.Length && text[_at] == '"')
            return Quoted();
        ReadOnlySpan<char> rest = text.AsSpan(_at);
        int length = rest.IndexOfAny(separator, '\r', '\n');
        string cell = rest[..(length < 0 ? rest.Length : length)].ToString();
        _at += cell.Length;
        return cell;
    }

    private string Quoted()
    {
        int began = _line;
        var cell = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == '"')
            {
                _at++;
                if (_at == text.Length || text[_at] is '\r' or '\n' || text[_at] == separator)
                    return cell.ToString();
                if (text[_at] != '"')
                    Fail(_line, "something follows a closing quotation mark; double the quotation marks within a cell");
            }
            else if (text[_at] == '\n')
            {
                _line++;
            }
            cell.Append(text[_at]);
        }
        Fail(began, "a cell begins with a quotation mark that is never closed; close it, or put the whole cell in quotation marks and double those within");
        return "";
    }

    private bool Skip(char expected)
    {
        bool isThere = _at < text.Length && text[_at] == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void EndLine()
    {
        bool ends = Skip('\r') | Skip('\n');
        _line += ends ? 1 : 0;
    }

    [DoesNotReturn]
    private void Fail(int line, string what) => throw new InvalidDataException(FormattableString.Invariant($"'{path}', line {line}: {what}."));
}
