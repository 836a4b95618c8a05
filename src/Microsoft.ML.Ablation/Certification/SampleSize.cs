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
        if (radius < 0)
            throw new ArgumentOutOfRangeException(nameof(radius), $"radius is {radius}; it must be 0 or more.");

        const int Most = (int)ClopperPearson.LargestTrials;
        Func<int, int> radiusOf = UnanimousRadii(d, k, classes, options);
        int best = radiusOf(Most);
        if (best < radius)
            throw new ArgumentOutOfRangeException(
                nameof(radius),
                $"radius is {radius}, but with d = {d} and k = {k} no certificate reaches further than {best}; choose a smaller radius or a smaller k.");
        return Bisection.Last(0, Most, (radiusOf, radius), static (state, count) => state.radiusOf(count) < state.radius) + 1;
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
        return UnanimousRadii(d, k, classes, options)(count);
    }

    /// <summary>The radius as a function of the number of votes, for one shape.</summary>
    private static Func<int, int> UnanimousRadii(int d, int k, int classes, CertificationOptions options)
    {
        AblationShape.Require(d, k);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (classes < 2)
            throw new ArgumentOutOfRangeException(
                nameof(classes),
                $"classes is {classes}; a classifier decides between at least 2.");

        var rule = VoteRule.Of(options.Rule);
        ShapeTables tables = rule.TablesFor(d, k, options.TopCount);
        ConfidenceLevels levels = rule.Levels(options.Alpha, options, classes);
        var upperBounds = new double[classes - 1];
        return count =>
        {
            Array.Fill(upperBounds, levels.Upper == 0 ? 1 : ClopperPearson.UpperBound(0, count, levels.Upper));
            return rule.Radius(tables, ClopperPearson.LowerBound(count, count, levels.Lower), upperBounds);
        };
    }
}
