using System.Text;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Writes ablated texts: the retained words in their order, with spaces between them, and NULL's token in the place of every other word. It owns its buffers: one per thread.
/// </summary>
/// <param name="nullToken">NULL's token; empty where other words are dropped.</param>
internal sealed class AblatedTextWriter(string nullToken)
{
    private readonly StringBuilder _text = new();
    private bool[] _isRetained = [];

    /// <summary>An ablation of a text.</summary>
    /// <param name="words">All its words.</param>
    /// <param name="retained">The places of the retained ones, in any order.</param>
    public ReadOnlyMemory<char> Write(IReadOnlyList<string> words, ReadOnlySpan<int> retained)
    {
        if (_isRetained.Length < words.Count)
            _isRetained = new bool[words.Count];
        foreach (int place in retained)
            _isRetained[place] = true;
        _text.Clear();
        for (int place = 0; place < words.Count; place++)
        {
            string shown = _isRetained[place] ? words[place] : nullToken;
            _isRetained[place] = false;
            if (shown.Length == 0)
                continue;
            if (_text.Length > 0)
                _text.Append(' ');
            _text.Append(shown);
        }
        return _text.ToString().AsMemory();
    }
}
