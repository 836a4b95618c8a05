namespace Microsoft.ML.Ablation.Certification;

/// <summary>One rule for one shape: from the votes, a count and a level to p̲ and a radius, with every bound solved once.</summary>
internal sealed class RuleEvaluation
{
    private readonly CertificationOptions _options;
    private readonly UntouchedProbability[] _untouched;
    private readonly TouchedCounts? _touchedCounts;
    private readonly BoundCache _lowerBounds = new(ClopperPearson.LowerBound);
    private readonly BoundCache _upperBounds = new(ClopperPearson.UpperBound);

    public RuleEvaluation(int d, int k, CertificationOptions options)
    {
        _options = options;
        if (options.Rule == CertificationRule.Top)
            _touchedCounts = new TouchedCounts(d, k, options.TopCount);

        var untouched = new List<UntouchedProbability>();
        for (var next = new UntouchedProbability(d, k); next.IsExceededBy(0.5, 0); next.Advance())
            untouched.Add(next);
        _untouched = [.. untouched];
    }

    /// <summary>The largest radius that any votes can reach.</summary>
    public int Cap => _touchedCounts?.Cap ?? _untouched.Length - 1;

    /// <summary>The radius of a rule of one bound.</summary>
    public int RadiusOfOneBound(int own, int count, double alpha) => LargestRadius(Margin.OfMajority(_lowerBounds.Of(own, count, alpha)));

    public CertifiedPrediction Certify(int fixedClass, ReadOnlySpan<int> votes, int count, double alpha)
    {
        ConfidenceLevels levels = ConfidenceLevels.Of(_options, alpha, _options.Rule.ClassCount(votes.Length));
        double lowerBound = _lowerBounds.Of(_options.Rule.Of(votes, fixedClass), count, levels.Lower);
        int radius = _options.Rule switch
        {
            var rule when rule.IsOfOneBound() => LargestRadius(Margin.OfMajority(lowerBound)),
            CertificationRule.Top => TopRadius(fixedClass, votes, count, lowerBound, levels.Upper),
            _ => LargestRadius(Margin.OfGap(lowerBound, LargestUpperBound(fixedClass, votes, count, levels.Upper))),
        };
        return new CertifiedPrediction(fixedClass, lowerBound, radius);
    }

    /// <summary>The bound grows with the number of votes, so the largest bound is that of the largest number.</summary>
    private double LargestUpperBound(int fixedClass, ReadOnlySpan<int> votes, int count, double level)
    {
        if (level == 0)
            return 1;
        int most = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            if (i != fixedClass)
                most = Math.Max(most, votes[i]);
        }

        return _upperBounds.Of(most, count, level);
    }

    private int TopRadius(int fixedClass, ReadOnlySpan<int> votes, int count, double lowerBound, double level)
    {
        Require.TopCount(_options.TopCount, votes.Length);
        Span<double> upperBounds = votes.Length <= 128 ? stackalloc double[votes.Length - 1] : new double[votes.Length - 1];
        for (int i = 0, other = 0; i < votes.Length; i++)
        {
            if (i != fixedClass)
                upperBounds[other++] = level == 0 ? 1 : _upperBounds.Of(votes[i], count, level);
        }

        return TopCertificate.Radius(_touchedCounts!, _options.TopCount, lowerBound, upperBounds);
    }

    private int LargestRadius(Margin margin)
    {
        int certified = -1;
        for (int open = _untouched.Length; open - certified > 1;)
        {
            int middle = (certified + open) / 2;
            if (_untouched[middle].IsExceededBy(margin.High, margin.Low))
                certified = middle;
            else
                open = middle;
        }

        return certified;
    }
}
