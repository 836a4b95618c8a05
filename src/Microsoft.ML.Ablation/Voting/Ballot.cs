using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>What is counted of the base classifier's answers.</summary>
internal enum Ballot
{
    /// <summary>The class of each answer: one count per class.</summary>
    Plurality,

    /// <summary>For every two classes, which has the greater score: see <see cref="Contests"/>.</summary>
    Contests,
}

internal static class Ballots
{
    /// <summary>What a rule decides from.</summary>
    public static Ballot BallotOf(CertificationRule rule) => rule == CertificationRule.Condorcet ? Ballot.Contests : Ballot.Plurality;

    /// <summary>How many counts there are.</summary>
    public static int CountLength(this Ballot ballot, int classes) => ballot == Ballot.Plurality ? classes : checked(classes * classes);

    /// <summary>Counts one answer, given as the score of each class. The first of equally large scores is the class.</summary>
    public static void Add(this Ballot ballot, ReadOnlySpan<float> scores, Span<int> counts)
    {
        if (ballot == Ballot.Plurality)
            counts[TensorPrimitives.IndexOfMax(scores)]++;
        else
            Contests.Add(scores, counts);
    }
}
