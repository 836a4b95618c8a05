namespace Microsoft.ML.Ablation.Certification;

/// <summary>Counts as they would be if more ablations supported a class: to tell how far it is from a larger radius.</summary>
internal static class AddedSupport
{
    /// <summary>The counts with more support for a class, taken where it helps most.</summary>
    /// <param name="ballot">What is counted.</param>
    /// <param name="counts">The counts.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="more">By how much its support grows; at most the number of ablations that do not support it.</param>
    public static int[] To(Ballot ballot, int[] counts, int fixedClass, int more)
    {
        int[] added = [.. counts];
        if (ballot == Ballot.Plurality)
            TakeFromTheStrongest(added, fixedClass, more);
        else
            WinAtLeast(added, fixedClass, Contests.MinimumPairwiseWins<int>(counts, fixedClass) + more);
        return added;
    }

    /// <summary>Every vote that is taken is one of the class which then has most of the others.</summary>
    private static void TakeFromTheStrongest(int[] votes, int fixedClass, int more)
    {
        for (; more > 0; more--)
        {
            int strongest = fixedClass == 0 ? 1 : 0;
            for (int other = strongest + 1; other < votes.Length; other++)
            {
                if (other != fixedClass && votes[other] > votes[strongest])
                    strongest = other;
            }
            votes[strongest]--;
            votes[fixedClass]++;
        }
    }

    private static void WinAtLeast(int[] contests, int fixedClass, int wins)
    {
        int classes = Contests.ClassCount(contests.Length), ablations = contests[0];
        for (int other = 0; other < classes; other++)
        {
            if (other == fixedClass)
                continue;
            ref int won = ref contests[fixedClass * classes + other], lost = ref contests[other * classes + fixedClass];
            won = Math.Max(won, wins);
            lost = Math.Min(lost, ablations - won);
        }
    }
}
