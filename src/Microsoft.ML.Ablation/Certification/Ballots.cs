using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>How each <see cref="Ballot"/> counts answers, and how its counts are read.</summary>
internal static class Ballots
{
    /// <summary>How many counts there are for so many classes.</summary>
    public static int CountLength(this Ballot ballot, int classes) => ballot == Ballot.Plurality ? classes : checked(classes * classes);

    /// <summary>For how many classes there are so many counts.</summary>
    public static int ClassCount(this Ballot ballot, int length) => ballot == Ballot.Plurality ? length : Contests.ClassCount(length);

    /// <summary>Counts one answer, given as the score of each class. The first of equally large scores is the class.</summary>
    public static void Add(this Ballot ballot, ReadOnlySpan<float> scores, Span<int> counts)
    {
        if (ballot == Ballot.Plurality)
            counts[TensorPrimitives.IndexOfMax(scores)]++;
        else
            Contests.Add(scores, counts);
    }

    /// <summary>Checks the counts of a sample and returns the number of ablations.</summary>
    /// <exception cref="ArgumentException">They cannot be those of any sample.</exception>
    public static int SampleCount(this Ballot ballot, ReadOnlySpan<int> counts, string name) =>
        ballot == Ballot.Plurality ? Require.Votes(counts, name) : Contests.Check(counts, name);

    /// <summary>The class that the counts of the first stage select; ties go to the lowest index.</summary>
    public static int Select<T>(this Ballot ballot, ReadOnlySpan<T> counts)
        where T : struct, IBinaryInteger<T> =>
        ballot == Ballot.Plurality ? MajorityCertificate.MostVoted(counts) : Contests.Select(counts);

    /// <summary>The ablations that support a class: its votes, or its wins against the class that it wins least often against.</summary>
    public static T SupportOf<T>(this Ballot ballot, ReadOnlySpan<T> counts, int fixedClass)
        where T : struct, IBinaryInteger<T> =>
        ballot == Ballot.Plurality ? counts[fixedClass] : Contests.MinimumPairwiseWins(counts, fixedClass);
}
