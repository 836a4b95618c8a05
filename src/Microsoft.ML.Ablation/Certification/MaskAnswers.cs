using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>What a base classifier answers to each mask of a <see cref="Sampling.MaskFamily"/>: a class, or none; or a score for each class.</summary>
public sealed class MaskAnswers
{
    /// <summary>The answer of a base classifier that has none.</summary>
    public const int None = -1;

    private readonly int[] _answers;
    private readonly float[]? _scores;

    private MaskAnswers(int[] answers, float[]? scores, int classes)
    {
        _answers = answers;
        _scores = scores;
        ClassCount = classes;
    }

    /// <summary>N, the number of masks.</summary>
    public int Count => _answers.Length;

    /// <summary>c, the number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>Answers that are classes.</summary>
    /// <param name="answers">The class of each mask, or <see cref="None"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">An answer is no class, there are no answers, or there are fewer than two classes.</exception>
    public static MaskAnswers OfClasses(ReadOnlySpan<int> answers, int classes)
    {
        RequireClasses(answers.Length, classes, nameof(answers));
        for (int n = 0; n < answers.Length; n++)
        {
            if (answers[n] < None || answers[n] >= classes)
                throw new ArgumentException($"answers has class {answers[n]} for mask {n}; it must be from 0 to {classes - 1}, or {None} for none.", nameof(answers));
        }

        return new MaskAnswers(answers.ToArray(), null, classes);
    }

    /// <summary>Answers that are scores; the class of a mask is the first with the largest score.</summary>
    /// <param name="scores">The scores, mask by mask: the one of class j for mask n at n·c + j; numbers.</param>
    /// <param name="classes">c, the number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">A score is not a number, the scores are not c for each mask, or there are fewer than two classes.</exception>
    public static MaskAnswers OfScores(ReadOnlySpan<float> scores, int classes)
    {
        RequireClasses(scores.Length, classes, nameof(scores));
        if (scores.Length % classes != 0)
            throw new ArgumentException($"scores has {scores.Length} values, which is no multiple of {classes} classes.", nameof(scores));
        var answers = new int[scores.Length / classes];
        for (int n = 0; n < answers.Length; n++)
        {
            ReadOnlySpan<float> row = scores.Slice(n * classes, classes);
            answers[n] = TensorPrimitives.IndexOfMax(row);
            if (float.IsNaN(row[answers[n]]))
                throw new ArgumentException($"scores has NaN for class {answers[n]} of mask {n}; scores must be numbers.", nameof(scores));
        }

        return new MaskAnswers(answers, scores.ToArray(), classes);
    }

    /// <summary>Counts as a rule reads them: the votes per class, or the contests.</summary>
    /// <exception cref="ArgumentException">The contests are asked for, but there are no scores.</exception>
    internal int[] Counts(Ballot ballot)
    {
        var counts = new int[ballot.CountLength(ClassCount)];
        for (int n = 0; n < Count; n++)
        {
            if (ballot == Ballot.Contests)
                Contests.Add(ScoresOf(n), counts);
            else if (_answers[n] != None)
                counts[_answers[n]]++;
        }

        return counts;
    }

    /// <summary>What each mask contributes.</summary>
    /// <param name="of">The contribution of a mask.</param>
    internal int[] Each(Func<int, int> of) => [.. Enumerable.Range(0, Count).Select(of)];

    /// <summary>The class of a mask, or <see cref="None"/>.</summary>
    internal int ClassOf(int mask) => _answers[mask];

    /// <summary>Whether a class has a greater score than another on a mask.</summary>
    /// <exception cref="ArgumentException">There are no scores.</exception>
    internal bool Beats(int mask, int fixedClass, int other)
    {
        ReadOnlySpan<float> scores = ScoresOf(mask);
        return scores[fixedClass] > scores[other];
    }

    private ReadOnlySpan<float> ScoresOf(int mask) => _scores is null
        ? throw new ArgumentException($"Rule {CertificationRule.Condorcet} compares scores, but only the classes of the answers are known; give the scores.", "answers")
        : _scores.AsSpan(mask * ClassCount, ClassCount);

    private static void RequireClasses(int values, int classes, string name)
    {
        if (classes < 2)
            throw new ArgumentException($"classes is {classes}, but a classifier decides between at least 2.", nameof(classes));
        if (values == 0)
            throw new ArgumentException($"{name} is empty; give the answer to each mask.", name);
    }
}
