namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The number of pixels, or the size of a patch, that an attack needed: an upper bound of the robustness that certificates bound from below.
/// </summary>
public sealed class AttackMetrics
{
    private readonly int[] _distances;

    private AttackMetrics(IReadOnlyCollection<AttackResult> results)
    {
        RowCount = results.Count;
        Patch = results.First().Patch;
        UnverifiedCount = results.Count(result => !result.IsVerified);
        RefutedCount = results.Count(result => result.RefutesCertificate);
        Cost = results.Aggregate(default(AttackCost), (sum, result) => sum + result.Cost);
        Seconds = results.Sum(result => result.Seconds);
        if (results.All(result => result.CertifiedRadius is not null && result.Patch == result.CertifiedPatch))
        {
            Certified = CertifiedMetrics.From(results.Select(result =>
                new CertifiedOutcome(result.Answer == result.Label, result.Answer is null, result.CertifiedRadius!.Value)));
        }
        _distances = [.. results.Where(result => result.IsVerified && result.Distance is not null).Select(result => result.Distance!.Value).Order()];
    }

    /// <summary>Summarizes results.</summary>
    /// <param name="results">One per row, at least one.</param>
    /// <exception cref="ArgumentException">There are no results, or they are of attacks in several units.</exception>
    public static AttackMetrics From(IEnumerable<AttackResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        AttackResult[] all = [.. results];
        if (all.Length == 0)
            throw new ArgumentException("There are no results to evaluate.", nameof(results));
        if (all.Any(result => result.Patch != all[0].Patch))
            throw new ArgumentException("Some results count pixels, and others are sizes of patches, or of other patches; evaluate the results of each attack by themselves.", nameof(results));
        return new AttackMetrics(all);
    }

    /// <summary>What distances are multiples of; null where they are numbers of pixels.</summary>
    public PatchUnit? Patch { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Rows with unverified successes only; they count as rows without success.</summary>
    public int UnverifiedCount { get; }

    /// <summary>
    /// Rows with a verified success within their certified radius: close to none if the certificates are correct, with fixed masks none.
    /// </summary>
    public int RefutedCount { get; }

    /// <summary>
    /// The certificates of the same rows; null for a model that certifies nothing, or nothing in the unit of the attack: pixels, or the same patch.
    /// </summary>
    public CertifiedMetrics? Certified { get; }

    /// <summary>Queries and votes of the whole attack.</summary>
    public AttackCost Cost { get; }

    /// <summary>Duration of the whole attack, in seconds.</summary>
    public double Seconds { get; }

    /// <summary>
    /// The median number of pixels, or size of the patch: half of the rows are broken with so many or fewer; null when less than half are broken at
    /// all. Rows that the model misclassifies without an attack count as 0.
    /// </summary>
    public int? MedianDistance => _distances.Length >= (RowCount + 1) / 2 ? _distances[(RowCount + 1) / 2 - 1] : null;

    /// <summary>Share of rows that the attack did not break with <paramref name="rho"/> pixels or fewer, or with a patch of that size, from 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public double RobustAccuracyAt(int rho)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        return 1 - (double)_distances.Count(distance => distance <= rho) / RowCount;
    }
}
