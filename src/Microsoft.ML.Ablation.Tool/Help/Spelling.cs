namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>Finds what somebody meant who typed a word wrongly.</summary>
internal static class Spelling
{
    /// <summary>The most letters that may be wrong.</summary>
    private const int MostWrong = 3;

    /// <summary>A question for the end of an error, with a space before it; empty where no known word is near.</summary>
    /// <param name="given">The word as it was typed.</param>
    /// <param name="known">The words that there are.</param>
    public static string DidYouMean(string given, IEnumerable<string> known) => Nearest(given, known) is { } nearest ? $" Did you mean {nearest}?" : "";

    /// <summary>The known word with the fewest differences, whatever the case; null where more than three letters, or more than a third of them, would be wrong.</summary>
    /// <param name="given">The word as it was typed.</param>
    /// <param name="known">The words that there are.</param>
    public static string? Nearest(string given, IEnumerable<string> known)
    {
        int most = Math.Clamp(given.Trim('-').Length / 3, 1, MostWrong);
        string? nearest = known.MinBy(Wrong);
        return nearest is not null && Wrong(nearest) <= most ? nearest : null;

        int Wrong(string word) => Distance(given.ToLowerInvariant(), word.ToLowerInvariant());
    }

    /// <summary>How many letters have to be inserted, removed or replaced, or neighbours exchanged, to make one word of the other.</summary>
    public static int Distance(string first, string second)
    {
        int[] beforeLast = new int[second.Length + 1], last = [.. Enumerable.Range(0, second.Length + 1)], current = new int[second.Length + 1];
        for (int i = 1; i <= first.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                bool isSame = first[i - 1] == second[j - 1];
                current[j] = Math.Min(Math.Min(last[j], current[j - 1]) + 1, last[j - 1] + (isSame ? 0 : 1));
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, current) = (last, current, beforeLast);
        }
        return last[second.Length];
    }
}
