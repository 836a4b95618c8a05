using System.Globalization;

namespace Microsoft.ML.Ablation.Tool.Tests.Output;

/// <summary>What a terminal shows of a text: it knows line ends, carriage returns, cursors that move up and erasing, and ignores colours.</summary>
/// <param name="width">Its columns.</param>
internal sealed class TerminalScreen(int width)
{
    private readonly List<char[]> _rows = [];
    private int _row, _column;

    /// <summary>The lines that are seen, without spaces at their ends.</summary>
    public string[] Show(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    (_row, _column) = (_row + 1, 0);
                    break;
                case '\u001b':
                    i = Control(text, i + 2);
                    break;
                default:
                    Put(text[i]);
                    break;
            }
        }
        return [.. _rows.Select(row => new string(row).TrimEnd())];
    }

    private void Put(char letter)
    {
        if (_column == width)
            (_row, _column) = (_row + 1, 0);
        Row(_row)[_column++] = letter;
    }

    /// <summary>Obeys a control sequence whose parameters begin at an index.</summary>
    /// <returns>The index of its last character.</returns>
    private int Control(string text, int start)
    {
        int end = start;
        while (!char.IsLetter(text[end]))
            end++;
        int count = int.TryParse(text[start..end], CultureInfo.InvariantCulture, out int given) ? given : 0;
        switch (text[end])
        {
            case 'A':
                _row = Math.Max(0, _row - Math.Max(1, count));
                break;
            case 'J' when count == 0:
                Erase();
                for (int row = _row + 1; row < _rows.Count; row++)
                    Array.Fill(_rows[row], ' ');
                break;
            case 'K' when count == 0:
                Erase();
                break;
            case 'K' when count == 2:
                Array.Fill(Row(_row), ' ');
                break;
        }
        return end;
    }

    private void Erase() => Array.Fill(Row(_row), ' ', _column, width - _column);

    private char[] Row(int index)
    {
        while (_rows.Count <= index)
        {
            char[] row = new char[width];
            Array.Fill(row, ' ');
            _rows.Add(row);
        }
        return _rows[index];
    }
}
