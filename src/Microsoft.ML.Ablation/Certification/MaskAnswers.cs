using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// What a base classifier answers to each mask of a <see cref="MaskFamily"/>: one class, none, or several; and which of two classes it prefers. A certificate depends on
/// nothing else, so scores are kept as ranks.
/// </summary>
public sealed class MaskAnswers
{
    /// <summary>The answer of a base classifier that has none.</summary>
    public const int None = -1;

    // Row by row: 0 where the mask says nothing for the class, else the rank of its score among the different scores of the mask, from 1 for the least.
    private readonly float[] _ranks;
    private readonly int[] _classes;

    private MaskAnswers(float[] ranks, int classes, bool allowsSeveral)
    {
        _ranks = ranks;
        ClassCount = classes;
        AllowsSeveral = allowsSeveral;
        _classes = new int[ranks.Length / classes];
        for (int mask = 0; mask < _classes.Length; mask++)
        {
            int best = TensorPrimitives.IndexOfMax(RanksOf(mask));
            _classes[mask] = RanksOf(mask)[best] > 0 ? best : None;
        }
    }

    /// <summary>N, the number of masks.</summary>
    public int Count => _classes.Length;

    /// <summary>c, the number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>Answers that are classes. Such a class is preferred to all others, between which there is no preference.</summary>
    /// <param name="answers">The class of each mask, or <see cref="None"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">An answer is no class, there are no answers, or there are fewer than two classes.</exception>
    public static MaskAnswers OfClasses(ReadOnlySpan<int> answers, int classes)
    {
        RequireClasses(answers.Length, classes, nameof(answers));
        var ranks = new float[answers.Length * classes];
        for (int n = 0; n < answers.Length; n++)
        {
            if (answers[n] < None || answers[n] >= classes)
                throw new ArgumentException($"answers has class {answers[n]} for mask {n}; it must be from 0 to {classes - 1}, or {None} for none.", nameof(answers));
            if (answers[n] != None)
                ranks[n * classes + answers[n]] = 1;
        }

        return new MaskAnswers(ranks, classes, allowsSeveral: false);
    }

    /// <summary>Answers that are scores.</summary>
    /// <param name="scores">The scores, mask by mask: the one of class j for mask n at n·c + j. Numbers, or NaN for all classes of a mask to which there is no answer.</param>
    /// <param name="classes">c, the number of classes, at least 2.</param>
    /// <param name="threshold">
    /// θ: every class whose score is at least θ has a vote of the mask, as in the paper on patches (Levine and Feizi, NeurIPS 2020), and lesser scores count as equal. Null: the
    /// first class with the largest score has the only vote, and all scores are compared.
    /// </param>
    /// <exception cref="ArgumentException">Some scores of a mask are no numbers, the scores are not c for each mask, or there are fewer than two classes.</exception>
    public static MaskAnswers OfScores(ReadOnlySpan<float> scores, int classes, double? threshold = null)
    {
        RequireClasses(scores.Length, classes, nameof(scores));
        if (scores.Length % classes != 0)
            throw new ArgumentException($"scores has {scores.Length} values, which is no multiple of {classes} classes.", nameof(scores));
        var ranks = new float[scores.Length];
        Span<float> sorted = classes <= 256 ? stackalloc float[classes] : new float[classes];
        for (int first = 0; first < scores.Length; first += classes)
            Rank(scores.Slice(first, classes), first / classes, threshold ?? double.NegativeInfinity, sorted, ranks.AsSpan(first, classes));
        return new MaskAnswers(ranks, classes, allowsSeveral: threshold is not null);
    }

    /// <summary>The ranks of all classes, mask by mask: from them the same answers come again.</summary>
    internal ReadOnlySpan<float> Ranks => _ranks;

    /// <summary>Whether several classes can have a vote of the same mask.</summary>
    internal bool AllowsSeveral { get; }

    /// <summary>The answers with the ranks of others.</summary>
    internal static MaskAnswers OfRanks(float[] ranks, int classes, bool allowsSeveral) => new(ranks, classes, allowsSeveral);

    /// <summary>The same answers, but for some masks that prefer a class to all others, and vote for it.</summary>
    internal MaskAnswers With(ReadOnlySpan<int> masks, int fixedClass)
    {
        float[] ranks = [.. _ranks];
        foreach (int mask in masks)
            ranks[mask * ClassCount + fixedClass] = TensorPrimitives.Max(RanksOf(mask)) + 1;
        return new MaskAnswers(ranks, ClassCount, AllowsSeveral);
    }

    /// <summary>Counts as a rule reads them: the votes per class, or the contests.</summary>
    internal int[] Counts(Ballot ballot)
    {
        var counts = new int[ballot.CountLength(ClassCount)];
        for (int mask = 0; mask < Count; mask++)
        {
            if (ballot == Ballot.Contests)
            {
                Contests.Add(RanksOf(mask), counts);
                continue;
            }
            for (int i = 0; i < counts.Length; i++)
                counts[i] += Votes(mask, i);
        }

        return counts;
    }

    /// <summary>What each mask contributes.</summary>
    /// <param name="of">The contribution of a mask.</param>
    internal int[] Each(Func<int, int> of)
    {
        var contributions = new int[Count];
        for (int mask = 0; mask < contributions.Length; mask++)
            contributions[mask] = of(mask);
        return contributions;
    }

    /// <summary>The class that a mask votes for; <see cref="None"/> where there is none, the one with the largest score of several.</summary>
    internal int ClassOf(int mask) => _classes[mask];

    /// <summary>1 where a mask votes for a class, else 0.</summary>
    internal int Votes(int mask, int fixedClass)
        => (AllowsSeveral ? _ranks[mask * ClassCount + fixedClass] > 0 : _classes[mask] == fixedClass) ? 1 : 0;

    /// <summary>1 where a mask prefers a class to another, −1 where it prefers the other, else 0.</summary>
    internal int Prefers(int mask, int fixedClass, int other)
        => _ranks[mask * ClassCount + fixedClass].CompareTo(_ranks[mask * ClassCount + other]);

    private ReadOnlySpan<float> RanksOf(int mask) => _ranks.AsSpan(mask * ClassCount, ClassCount);

    private static void Rank(ReadOnlySpan<float> scores, int mask, double threshold, Span<float> sorted, Span<float> ranks)
    {
        int numbers = 0;
        foreach (float score in scores)
            numbers += float.IsNaN(score) ? 0 : 1;
        if (numbers == 0)
            return;
        if (numbers < scores.Length)
        {
            throw new ArgumentException($"scores has NaN for some classes of mask {mask}; scores must be numbers, or NaN for every class where there is no answer.", nameof(scores));
        }

        scores.CopyTo(sorted);
        sorted.Sort();
        int different = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] >= threshold && (different == 0 || sorted[i] != sorted[different - 1]))
                sorted[different++] = sorted[i];
        }

        for (int i = 0; i < scores.Length; i++)
            ranks[i] = scores[i] >= threshold ? sorted[..different].BinarySearch(scores[i]) + 1 : 0;
    }

    private static void RequireClasses(int values, int classes, string name)
    {
        if (classes < 2)
            throw new ArgumentException($"classes is {classes}, but a classifier decides between at least 2.", nameof(classes));
        if (values == 0)
            throw new ArgumentException($"{name} is empty; give the answer to each mask.", name);
    }
}
