using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>How many votes a certificate needs at the least: what to tell a user whose number of votes is too small.</summary>
public static class SampleSize
{
    /// <summary>Computes the smallest n at which n votes for the same class certify a radius.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="options">α and the rule.</param>
    /// <param name="radius">The radius, 0 or more. Default 0: the smallest n with which anything can be certified.</param>
    /// <returns>The smallest n; with fewer votes the radius cannot be certified for any row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is out of range, or no number of votes up to <see cref="ClopperPearson.LargestTrials"/> reaches the radius.
    /// </exception>
    public static int SmallestUseful(int d, int k, int classes, CertificationOptions options, int radius = 0)
    {
        AblationShape.Require(d, k);
        ArgumentNullException.ThrowIfNull(options);
        if (radius < 0)
            throw new ArgumentOutOfRangeException(nameof(radius), $"radius is {radius}; it must be 0 or more.");

        int tooFew = 0;
        int enough = (int)ClopperPearson.LargestTrials;
        int best = UnanimousRadius(d, k, classes, options, enough);
        if (best < radius)
            throw new ArgumentOutOfRangeException(
                nameof(radius),
                $"radius is {radius}, but with d = {d} and k = {k} no certificate reaches further than {best}; choose a smaller radius or a smaller k.");

        while (enough - tooFew > 1)
        {
            int middle = tooFew + (enough - tooFew) / 2;
            if (UnanimousRadius(d, k, classes, options, middle) >= radius)
                enough = middle;
            else
                tooFew = middle;
        }

        return enough;
    }

    /// <summary>Computes the radius that <paramref name="count"/> votes for the same class certify: the most that so many votes can.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="options">α and the rule.</param>
    /// <param name="count">n, from 1 to <see cref="ClopperPearson.LargestTrials"/>.</param>
    /// <returns>The radius; −1 when so few votes certify nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static int UnanimousRadius(int d, int k, int classes, CertificationOptions options, int count)
    {
        AblationShape.Require(d, k);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (classes < 2)
            throw new ArgumentOutOfRangeException(
                nameof(classes),
                $"classes is {classes}; a classifier decides between at least 2.");

        ConfidenceLevels levels = ConfidenceLevels.Of(options, options.Alpha, classes);
        double lower = ClopperPearson.LowerBound(count, count, levels.Lower);
        double upper = levels.Upper == 0 ? 1 : ClopperPearson.UpperBound(0, count, levels.Upper);
        switch (options.Rule)
        {
            case var rule when rule.IsOfOneBound():
                return MajorityCertificate.Radius(d, k, lower);
            case CertificationRule.Top:
                double[] upperBounds = new double[classes - 1];
                Array.Fill(upperBounds, upper);
                return TopCertificate.Radius(d, k, options.TopCount, lower, upperBounds);
            default:
                return GapCertificate.Radius(d, k, lower, upper);
        }
    }
}
