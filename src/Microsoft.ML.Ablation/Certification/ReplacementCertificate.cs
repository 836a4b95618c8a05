namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The certificate that ablation is compared with: Lee, Yuan, Chang and Jaakkola, "Tight Certificates of Adversarial Robustness for
/// Randomly Smoothed Classifiers" (NeurIPS 2019). Each value is kept with probability κ, else replaced by one of
/// the other |S| − 1 values.
/// </summary>
/// <remarks>
/// For comparison only: computed in doubles, without directed rounding. It is not available as a defence.
/// </remarks>
public static class ReplacementCertificate
{
    /// <summary>
    /// Computes the least probability that the class can have at distance ρ when it has probability <paramref name="probability"/>,
    /// over all base classifiers (the Neyman-Pearson lemma).
    /// </summary>
    /// <param name="probability">The probability of the class, from 0 to 1.</param>
    /// <param name="rho">The number of changed values, 0 or more.</param>
    /// <param name="values">|S|, the number of values, at least 2.</param>
    /// <param name="kappa">κ, the probability to keep a value; greater than 0 and less than 1.</param>
    /// <returns>The least probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double WorstProbability(double probability, int rho, int values, double kappa)
    {
        Require.Probability(probability, nameof(probability));
        double left = probability;
        double worst = 0;
        foreach ((double own, double changed) in Regions(rho, values, kappa))
        {
            double share = Math.Min(1, left / own);
            worst += share * changed;
            left -= own;
            if (left <= 0)
                break;
        }

        return worst;
    }

    /// <summary>Computes the probability above which a class is certified at distance ρ.</summary>
    /// <param name="rho">The number of changed values, 0 or more.</param>
    /// <param name="values">|S|, the number of values, at least 2.</param>
    /// <param name="kappa">κ, the probability to keep a value; greater than 0 and less than 1.</param>
    /// <returns>The p at which <see cref="WorstProbability"/> is 1/2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double RequiredProbability(int rho, int values, double kappa)
    {
        double left = 0.5;
        double required = 0;
        foreach ((double own, double changed) in Regions(rho, values, kappa))
        {
            double share = Math.Min(1, left / changed);
            required += share * own;
            left -= changed;
            if (left <= 0)
                break;
        }

        return required;
    }

    /// <summary>Computes the certified radius.</summary>
    /// <param name="lowerBound">p̲, a lower bound on the probability of the class, from 0 to 1.</param>
    /// <param name="d">The number of values of an input, at least 1.</param>
    /// <param name="values">|S|, the number of values, at least 2.</param>
    /// <param name="kappa">κ, the probability to keep a value; greater than 0 and less than 1.</param>
    /// <returns>The largest ρ for which the class keeps more than half of the probability; −1 when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static int Radius(double lowerBound, int d, int values, double kappa)
    {
        Require.Probability(lowerBound, nameof(lowerBound));
        if (d < 1)
            throw new ArgumentOutOfRangeException(
                nameof(d),
                $"d is {d}, but an input has at least one position; d must be 1 or more.");
        int radius = -1;
        while (radius < d && WorstProbability(lowerBound, radius + 1, values, kappa) > 0.5)
            radius++;
        return radius;
    }

    /// <summary>
    /// The regions of equal likelihood ratio, the ratio that favours the input over the changed input most first. Where the two
    /// differ, a drawn value agrees with one, with the other, or with none; the ratio depends on the difference of the
    /// agreements alone.
    /// </summary>
    private static IEnumerable<(double Own, double Changed)> Regions(int rho, int values, double kappa)
    {
        if (rho < 0)
            throw new ArgumentOutOfRangeException(nameof(rho), $"rho is {rho}; it must be 0 or more.");
        Require.Replacement(values, kappa);
        double replaced = (1 - kappa) / (values - 1);

        // mass[rho + w] = P(agreements with the input − agreements with the changed input = w)
        var mass = new double[2 * rho + 1];
        mass[rho] = 1;
        for (int step = 1; step <= rho; step++)
        {
            double below = 0;
            for (int w = rho - step; w <= rho + step; w++)
            {
                double above = w < 2 * rho ? mass[w + 1] : 0;
                (below, mass[w]) = (mass[w], below * kappa + mass[w] * (values - 2) * replaced + above * replaced);
            }
        }

        for (int w = rho; w >= -rho; w--)
        {
            int sign = kappa >= replaced ? 1 : -1;
            (double own, double changed) = (mass[rho + sign * w], mass[rho - sign * w]);
            if (own > 0)
                yield return (own, changed);
        }
    }
}
