namespace Microsoft.ML.Ablation.Certification;

/// <summary>One rule for samples of one shape: from counts and a level to p̲ and a radius, with every bound solved once.</summary>
internal sealed class RuleEvaluation
{
    private readonly CertificationOptions _options;
    private readonly VoteRule _rule;
    private readonly ShapeTables _tables;
    private readonly BoundCache _lowerBounds = new(ClopperPearson.LowerBound);
    private readonly BoundCache _upperBounds = new(ClopperPearson.UpperBound);

    public RuleEvaluation(int d, int k, CertificationOptions options)
    {
        _options = options;
        _rule = VoteRule.Of(options.Rule);
        _tables = _rule.TablesFor(d, k, options.TopCount);
    }

    /// <summary>The largest radius that any votes can reach.</summary>
    public int Cap => _rule.Cap(_tables);

    /// <summary>The levels of the bounds.</summary>
    public ConfidenceLevels LevelsOf(double alpha, int classes) => _rule.Levels(alpha, _options, classes);

    /// <summary>The radius of a class with so much support, where no other class is bounded.</summary>
    public int RadiusOf(int support, int count, double level) => _rule.Radius(_tables, _lowerBounds.Of(support, count, level), [1]);

    public CertifiedPrediction Certify(int fixedClass, ReadOnlySpan<int> counts, int count, double alpha)
    {
        int classes = _rule.Ballot.ClassCount(counts.Length);
        ConfidenceLevels levels = LevelsOf(alpha, classes);
        double lowerBound = _lowerBounds.Of(_rule.Ballot.SupportOf(counts, fixedClass), count, levels.Lower);
        Span<double> upperBounds = classes <= 128 ? stackalloc double[classes - 1] : new double[classes - 1];
        BoundOthers(fixedClass, counts, count, levels.Upper, upperBounds);
        return new CertifiedPrediction(fixedClass, lowerBound, _rule.Radius(_tables, lowerBound, upperBounds));
    }

    private void BoundOthers(int fixedClass, ReadOnlySpan<int> counts, int count, double level, Span<double> upperBounds)
    {
        if (level == 0)
        {
            upperBounds.Fill(1);
            return;
        }

        for (int i = 0; i < upperBounds.Length; i++)
            upperBounds[i] = _upperBounds.Of(counts[i < fixedClass ? i : i + 1], count, level);
    }
}
