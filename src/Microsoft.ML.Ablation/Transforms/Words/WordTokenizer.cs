namespace Microsoft.ML.Ablation;

/// <summary>Divides texts into words: the longest runs without a separator. What separates is a property of characters alone, so that no culture changes it.</summary>
/// <param name="separators">The separating characters; null for white space as Unicode defines it.</param>
internal sealed class WordTokenizer(string? separators)
{
    /// <summary>The words of a text, in order.</summary>
    public string[] Split(ReadOnlySpan<char> text)
    {
        var words = new List<string>();
        int first = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool isWord = i < text.Length && !Separates(text[i]);
            if (isWord && first < 0)
                first = i;
            if (isWord || first < 0)
                continue;
            words.Add(new string(text[first..i]));
            first = -1;
        }
        return [.. words];
    }

    /// <summary>Whether a text has a character that separates words.</summary>
    public bool SeparatesIn(string text) => text.Any(Separates);

    private bool Separates(char character) => separators is null ? char.IsWhiteSpace(character) : separators.Contains(character);
}
