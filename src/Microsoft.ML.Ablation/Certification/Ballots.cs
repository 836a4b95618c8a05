using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>How each <see cref="Ballot"/> counts answers, and how its counts are read.</summary>
public static class Ballots
{
    /// <summary>How many counts there are for so many classes.</summary>
    /// <param name="ballot">What is counted.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <returns>The number of classes, or for <see cref="Ballot.Contests"/> its square.</returns>
    public static int CountLength(this Ballot ballot, int classes) => ballot == Ballot.Plurality ? classes : checked(classes * classes);

    /// <summary>For how many classes there are so many counts.</summary>
    internal static int ClassCount(this Ballot ballot, int length) => ballot == Ballot.Plurality ? length : Contests.ClassCount(length);

    /// <summary>Counts one answer, given as the score of each class. The first of equally large scores is the class.</summary>
    /// <param name="ballot">What is counted.</param>
    /// <param name="scores">The base classifier's score for each class.</param>
    /// <param name="counts">The counts so far, as many as <see cref="CountLength"/> says.</param>
    public static void Add(this Ballot ballot, ReadOnlySpan<float> scores, Span<int> counts)
    {
        if (ballot == Ballot.Plurality)
            counts[TensorPrimitives.IndexOfMax(scores)]++;
        else
            Contests.Add(scores, counts);
    }

    /// <summary>Checks the counts of a sample and returns the number of ablations.</summary>
    /// <exception cref="ArgumentException">They cannot be those of any sample.</exception>
    internal static int SampleCount(this Ballot ballot, ReadOnlySpan<int> counts, string name) =>
        ballot == Ballot.Plurality ? Require.Votes(counts, name) : Contests.Check(counts, name);

    /// <summary>The class that the counts of the first stage select; ties go to the lowest index.</summary>
    internal static int Select<T>(this Ballot ballot, ReadOnlySpan<T> counts)
        where T : struct, IBinaryInteger<T> =>
        ballot == Ballot.Plurality ? MajorityCertificate.MostVoted(counts) : Contests.Select(counts);

    /// <summary>
    /// The class that wins over all masks, if one does: the one with most votes, or the one whose smallest lead in a contest is the largest. It is the only one that can be ahead of
    /// every other.
    /// </summary>
    internal static int Leader(this Ballot ballot, ReadOnlySpan<int> counts) =>
        ballot == Ballot.Plurality ? MajorityCertificate.MostVoted(counts) : Contests.Leader(counts);

    /// <summary>The ablations that support a class: its votes, or its wins against the class that it wins least often against.</summary>
    internal static T SupportOf<T>(this Ballot ballot, ReadOnlySpan<T> counts, int fixedClass)
        where T : struct, IBinaryInteger<T> =>
        ballot == Ballot.Plurality ? counts[fixedClass] : Contests.MinimumPairwiseWins(counts, fixedClass);
}
