using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// CERTIFY: a pure function from votes to a class and a radius, for one shape, one sampling plan and one rule. It remembers
/// the bounds it has solved; use one instance for many rows, from as many threads as you like.
/// </summary>
/// <remarks>Under <see cref="CertificationRule.Condorcet"/> all votes, of both stages, are given as <see cref="Contests"/>.</remarks>
public sealed class VoteCertifier
{
    private readonly VoteRule _rule;
    private readonly ShapeTables _tables;
    private readonly BoundCache _lowerBounds = new(ClopperPearson.LowerBound);
    private readonly BoundCache _upperBounds = new(ClopperPearson.UpperBound);

    /// <summary>Creates a certifier.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="plan">How the votes were or will be drawn.</param>
    /// <param name="options">What is claimed from them; the defaults are the paper's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public VoteCertifier(int d, int k, SamplingPlan plan, CertificationOptions? options = null)
    {
        AblationShape.Require(d, k);
        ArgumentNullException.ThrowIfNull(plan);
        D = d;
        K = k;
        Plan = plan;
        Options = options ?? new CertificationOptions();
        Options.Validate();
        _rule = VoteRule.Of(Options.Rule);
        _tables = _rule.TablesFor(d, k, Options.TopCount);
    }

    /// <summary>The number of positions.</summary>
    public int D { get; }

    /// <summary>The number of retained positions.</summary>
    public int K { get; }

    /// <summary>The sampling plan.</summary>
    public SamplingPlan Plan { get; }

    /// <summary>The rule and its levels.</summary>
    public CertificationOptions Options { get; }

    /// <summary>The largest radius that any votes can reach under the rule, however many.</summary>
    public int LargestCertifiableRadius => _rule.Cap(_tables);

    /// <summary>
    /// Computes the radius that the plan can certify for a row whose votes are all for one class (under <see cref="CertificationRule.Condorcet"/>, which wins all contests).
    /// If it is −1, no row can ever be certified: see <see cref="SmallestUsefulCount"/>.
    /// </summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <returns>The largest radius that this plan can give, at most <see cref="LargestCertifiableRadius"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    public int LargestReachableRadius(int classes) =>
        SampleSize.UnanimousRadius(D, K, classes, OptionsAtLastLook(), Plan.EstimationCount);

    /// <summary>Computes the smallest number of second-stage votes at the last look with which a radius can be certified at all.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="radius">The radius, 0 or more. Default 0: anything at all.</param>
    /// <returns>The smallest n.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range, or no number of votes reaches the radius.</exception>
    public int SmallestUsefulCount(int classes, int radius = 0) =>
        SampleSize.SmallestUseful(D, K, classes, OptionsAtLastLook(), radius);

    /// <summary>Certifies the class that the first stage selects: the one with most votes, or with the most of fewest wins.</summary>
    /// <param name="selectionVotes">The n0 votes of the first stage per class, at least two classes. Ties go to the lowest index.</param>
    /// <param name="estimationVotes">The votes of the second stage per class, as many as one of the looks of the plan.</param>
    /// <returns>The class, p̲ and the radius.</returns>
    /// <exception cref="ArgumentException">
    /// A count is negative, the counts do not add up to what the plan draws, there are fewer than two classes, or the stages have
    /// different numbers of classes.
    /// </exception>
    public CertifiedPrediction Certify(ReadOnlySpan<int> selectionVotes, ReadOnlySpan<int> estimationVotes) =>
        Certify(Select(selectionVotes, estimationVotes), estimationVotes);

    /// <summary>Certifies a class that was chosen without looking at these votes, such as the true label.</summary>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="estimationVotes">The votes of the second stage per class, as many as one of the looks of the plan.</param>
    /// <returns>The class, p̲ and the radius.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such class, a count is negative, the counts do not add up to a look of the plan, or there are fewer than two classes.
    /// </exception>
    public CertifiedPrediction Certify(int fixedClass, ReadOnlySpan<int> estimationVotes)
    {
        int count = _rule.Ballot.SampleCount(estimationVotes, nameof(estimationVotes));
        Require.Class(fixedClass, _rule.Ballot.ClassCount(estimationVotes.Length));
        return CertifyAt(Plan.LookAt(count, nameof(estimationVotes)), count, fixedClass, estimationVotes);
    }

    /// <summary>Decides after a look whether a row needs more votes.</summary>
    /// <param name="selectionVotes">The n0 votes of the first stage per class.</param>
    /// <param name="estimationVotes">The cumulative votes of the second stage: none yet, or as many as one of the looks of the plan.</param>
    /// <returns>The count of the next look, or the end; and what is certified so far.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Certify(ReadOnlySpan{int}, ReadOnlySpan{int})"/>.</exception>
    public SamplingDecision Decide(ReadOnlySpan<int> selectionVotes, ReadOnlySpan<int> estimationVotes)
    {
        int selected = Select(selectionVotes, estimationVotes);
        if (!estimationVotes.ContainsAnyExcept(0))
            return new SamplingDecision(Plan.Looks[0], new CertifiedPrediction(selected, 0, -1));

        CertifiedPrediction now = Certify(selected, estimationVotes);
        int count = _rule.Ballot.SampleCount(estimationVotes, nameof(estimationVotes));
        int look = Plan.LookAt(count, nameof(estimationVotes));
        if (look == Plan.Looks.Count - 1
            || IsSettled(now.Radius, RadiusInReach(count, selected, estimationVotes)) && IsAnswered(look, now, estimationVotes))
            return new SamplingDecision(0, now);
        return new SamplingDecision(Plan.Looks[look + 1], now);
    }

    /// <summary>
    /// All that is said of a row. The class is the certified one. A row without a certificate has the answer of PREDICT from the second stage's votes, at the
    /// level that the plan spends where it stopped. Each of the two statements is wrong with probability at most α, and the one that a row makes therefore with at most
    /// 2α. Under <see cref="CertificationRule.Condorcet"/> there is no PREDICT.
    /// </summary>
    internal RowResult Conclude(CertifiedPrediction certified, int[] selection, int[] estimation)
    {
        int count = _rule.Ballot.SampleCount(estimation, nameof(estimation));
        int predicted = certified.PredictedClass;
        if (!certified.IsCertified && _rule.HasPredict)
            predicted = SmoothedPrediction.Predict(estimation, Plan.AlphaAt(Plan.LookAt(count, nameof(estimation)), Options.Alpha));
        return new RowResult(certified, predicted, _rule.Ballot, selection, estimation, count, Plan.SelectionCount + count);
    }

    /// <summary>
    /// The same from all ablations: no α. A row without a certificate has the class with most votes, which is then g's own; it abstains where several have as many, and under
    /// <see cref="CertificationRule.Condorcet"/>, where no class wins every contest.
    /// </summary>
    internal RowResult ConcludeExactly(int[] counts)
    {
        CertifiedPrediction certified = ExactCertificate.Certify(Array.ConvertAll(counts, Convert.ToInt64), D, K, Options.Rule, Options.TopCount);
        int total = _rule.Ballot.SampleCount(counts, nameof(counts));
        return new RowResult(certified, _rule.AnswerOf(certified, counts), _rule.Ballot, new int[counts.Length], counts, total, total);
    }

    private CertificationOptions OptionsAtLastLook() =>
        Options with { Alpha = Plan.AlphaAt(Plan.Looks.Count - 1, Options.Alpha) };

    private bool IsSettled(int certified, int inReach)
    {
        if (Plan.TargetRadius is int target)
            return certified >= target || inReach < target;
        return certified < 0 ? inReach < 0 : inReach - certified <= Plan.RadiusTolerance;
    }

    /// <summary>
    /// Whether a row without a certificate has PREDICT's answer; with a target radius, or where there is no PREDICT, only the
    /// certificate is asked for.
    /// </summary>
    private bool IsAnswered(int look, CertifiedPrediction now, ReadOnlySpan<int> votes) =>
        Plan.TargetRadius is not null || now.IsCertified || !_rule.HasPredict
        || SmoothedPrediction.Predict(votes, Plan.AlphaAt(look, Options.Alpha)) != CertifiedPrediction.Abstain;

    /// <summary>
    /// The radius at the last look if the remaining votes turn out well for the class, better than nineteen times out of twenty.
    /// A forecast decides only how long to go on, never what is claimed.
    /// </summary>
    private int RadiusInReach(int count, int selected, ReadOnlySpan<int> votes)
    {
        int last = Plan.Looks.Count - 1;
        ConfidenceLevels levels = LevelsAt(last, _rule.Ballot.ClassCount(votes.Length));
        if (levels.Upper == 0)
        {
            int support = SamplingForecast.Own(_rule.Ballot.SupportOf(votes, selected), count, Plan.EstimationCount);
            return _rule.Radius(_tables, _lowerBounds.Of(support, Plan.EstimationCount, levels.Lower), [1]);
        }

        Span<int> forecast = votes.Length <= 256 ? stackalloc int[votes.Length] : new int[votes.Length];
        SamplingForecast.Favourable(votes, count, selected, Plan.EstimationCount, forecast);
        return CertifyAt(last, Plan.EstimationCount, selected, forecast).Radius;
    }

    /// <summary>From counts to bounds, and from bounds to the rule's radius.</summary>
    private CertifiedPrediction CertifyAt(int look, int count, int fixedClass, ReadOnlySpan<int> votes)
    {
        int classes = _rule.Ballot.ClassCount(votes.Length);
        ConfidenceLevels levels = LevelsAt(look, classes);
        double lowerBound = _lowerBounds.Of(_rule.Ballot.SupportOf(votes, fixedClass), count, levels.Lower);
        Span<double> upperBounds = classes <= 128 ? stackalloc double[classes - 1] : new double[classes - 1];
        BoundOthers(fixedClass, votes, count, levels.Upper, upperBounds);
        return new CertifiedPrediction(fixedClass, lowerBound, _rule.Radius(_tables, lowerBound, upperBounds));
    }

    private void BoundOthers(int fixedClass, ReadOnlySpan<int> votes, int count, double level, Span<double> upperBounds)
    {
        if (level == 0)
        {
            upperBounds.Fill(1);
            return;
        }

        BoundCache.Table bounds = _upperBounds.At(count, level);
        for (int i = 0; i < upperBounds.Length; i++)
            upperBounds[i] = bounds.Of(votes[i < fixedClass ? i : i + 1]);
    }

    private ConfidenceLevels LevelsAt(int look, int classes) => _rule.Levels(Plan.AlphaAt(look, Options.Alpha), Options, classes);

    private int Select(ReadOnlySpan<int> selectionVotes, ReadOnlySpan<int> estimationVotes)
    {
        int count = _rule.Ballot.SampleCount(selectionVotes, nameof(selectionVotes));
        if (count != Plan.SelectionCount)
            throw new ArgumentException(
                $"selectionVotes has {count} votes, but the plan draws {Plan.SelectionCount}; give exactly that many.",
                nameof(selectionVotes));
        Require.SameClasses(selectionVotes, estimationVotes);
        return _rule.Ballot.Select(selectionVotes);
    }
}
