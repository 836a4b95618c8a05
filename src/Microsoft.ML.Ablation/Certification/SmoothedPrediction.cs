namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// PREDICT (Cohen, Rosenfeld and Kolter, ICML 2019, used unchanged by Levine and Feizi): the class that <c>g</c> gives, or no
/// answer when the votes do not settle it. It says nothing of other inputs, and errs apart from a certificate made of the same votes: that the one or the other is wrong has a
/// chance of at most 2α.
/// </summary>
public static class SmoothedPrediction
{
    /// <summary>
    /// Returns the class with most votes, unless the two-sided <see cref="BinomialTest"/> between the two classes with most votes has
    /// a p-value greater than <paramref name="alpha"/>.
    /// </summary>
    /// <param name="votes">The votes per class, at least two classes.</param>
    /// <param name="alpha">The largest chance that a class is returned which is not the base classifier's most probable answer; greater than 0 and less than 1.</param>
    /// <returns>The index of the class, or <see cref="CertifiedPrediction.Abstain"/>.</returns>
    /// <exception cref="ArgumentException">A count is negative, there are no votes, or fewer than two classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is out of range.</exception>
    public static int Predict(ReadOnlySpan<int> votes, double alpha)
    {
        Require.Votes(votes, nameof(votes));
        Require.Alpha(alpha);
        int best = MajorityCertificate.MostVoted(votes);
        int second = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            if (i != best)
                second = Math.Max(second, votes[i]);
        }

        return BinomialTest.IsUndecided(votes[best], second, alpha) ? CertifiedPrediction.Abstain : best;
    }
}
