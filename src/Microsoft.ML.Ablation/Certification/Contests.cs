using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Contests between every two classes: on how many ablations the base classifier scores one above the other. The rule
/// <see cref="CertificationRule.Condorcet"/> decides from them.
/// </summary>
/// <remarks>
/// For c classes there are c² counts, row by row: the one at <c>i·c + j</c> is the number of ablations on which class <c>i</c> has
/// a greater score than class <c>j</c>, and the diagonal has the number of ablations. Like votes, they add up entry by entry.
/// </remarks>
public static class Contests
{
    /// <summary>Adds the contests of one ablation. Equal scores are a win for neither class.</summary>
    /// <param name="scores">The base classifier's score for each class.</param>
    /// <param name="contests">The contests so far, the square of as many.</param>
    /// <exception cref="ArgumentException"><paramref name="contests"/> has another length.</exception>
    public static void Add(ReadOnlySpan<float> scores, Span<int> contests)
    {
        int classes = scores.Length;
        if (contests.Length != classes * classes)
            throw new ArgumentException($"contests has {contests.Length} counts, but {classes} classes have {classes * classes}.", nameof(contests));
        for (int i = 0; i < classes; i++)
        {
            Span<int> wins = contests.Slice(i * classes, classes);
            var own = new Vector<float>(scores[i]);
            int j = 0;
            for (; j <= classes - Vector<float>.Count; j += Vector<float>.Count)
            {
                // A true comparison is −1.
                Vector<int> won = Vector.GreaterThan(own, new Vector<float>(scores[j..]));
                (new Vector<int>(wins[j..]) - won).CopyTo(wins[j..]);
            }
            for (; j < classes; j++)
            {
                if (scores[i] > scores[j])
                    wins[j]++;
            }
            wins[i]++;
        }
    }

    /// <summary>
    /// The class whose fewest wins are the most; ties go to the lowest index. No other class can win more than half of every
    /// contest when one does.
    /// </summary>
    /// <param name="contests">The contests.</param>
    /// <returns>The index of the class.</returns>
    /// <exception cref="ArgumentException">The number of counts is not the square of at least 2.</exception>
    public static int Select<T>(ReadOnlySpan<T> contests)
        where T : struct, IBinaryInteger<T>
    {
        int classes = ClassCount(contests.Length), best = 0;
        for (int i = 1; i < classes; i++)
        {
            if (MinimumPairwiseWins(contests, i) > MinimumPairwiseWins(contests, best))
                best = i;
        }

        return best;
    }

    /// <summary>How often a class wins against the class that it wins least often against.</summary>
    /// <param name="contests">The contests.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <returns>The number of ablations.</returns>
    /// <exception cref="ArgumentException">The number of counts is not the square of at least 2, or there is no such class.</exception>
    public static T MinimumPairwiseWins<T>(ReadOnlySpan<T> contests, int fixedClass)
        where T : struct, IBinaryInteger<T>
    {
        int classes = ClassCount(contests.Length);
        Require.Class(fixedClass, classes);
        ReadOnlySpan<T> wins = contests.Slice(fixedClass * classes, classes);
        // Its own entry is the number of all ablations, which nothing exceeds.
        T fewest = wins[fixedClass];
        foreach (T count in wins)
            fewest = T.Min(fewest, count);
        return fewest;
    }

    /// <summary>The class whose smallest lead over another is the largest; ties go to the lowest index.</summary>
    internal static int Leader(ReadOnlySpan<int> contests)
    {
        int classes = ClassCount(contests.Length), best = 0, most = int.MinValue;
        for (int i = 0; i < classes; i++)
        {
            int smallest = int.MaxValue;
            for (int j = 0; j < classes; j++)
            {
                if (j != i)
                    smallest = Math.Min(smallest, contests[i * classes + j] - contests[j * classes + i]);
            }
            if (smallest > most)
                (best, most) = (i, smallest);
        }

        return best;
    }

    /// <summary>The number of classes whose contests are so many counts.</summary>
    /// <exception cref="ArgumentException">It is not the square of at least 2.</exception>
    internal static int ClassCount(int length)
    {
        int classes = (int)Math.Sqrt(length);
        return classes >= 2 && classes * classes == length
            ? classes
            : throw new ArgumentException($"There are {length} counts, but the contests of c classes are c² of them, for at least 2 classes.", "contests");
    }

    /// <summary>Checks contests and returns the number of ablations.</summary>
    /// <exception cref="ArgumentException">They cannot be those of any number of ablations.</exception>
    internal static T Check<T>(ReadOnlySpan<T> contests, string name)
        where T : struct, IBinaryInteger<T>
    {
        int classes = ClassCount(contests.Length);
        T count = contests[0];
        for (int i = 0; i < classes; i++)
        {
            if (contests[i * classes + i] != count)
                throw new ArgumentException(
                    $"{name} has {contests[i * classes + i]} ablations for class {i}, but {count} for class 0; the diagonal has their number for every class.", name);
            for (int j = 0; j < i; j++)
            {
                T wins = contests[i * classes + j], losses = contests[j * classes + i];
                if (T.IsNegative(wins) || T.IsNegative(losses) || wins > count - losses)
                    throw new ArgumentException(
                        $"{name} has {wins} wins of class {i} over class {j} and {losses} of {j} over {i}; they must be 0 or more, and together no more than the {count} ablations.", name);
            }
        }

        return count > T.Zero ? count : throw new ArgumentException($"{name} has no ablations at all; draw at least one.", name);
    }
}
