namespace Microsoft.ML.Ablation.Attacks;

/// <summary>How many pixels an attack needed: an upper bound of what certificates bound from below.</summary>
public sealed class AttackMetrics
{
    private readonly int[] _distances;

    private AttackMetrics(IReadOnlyCollection<AttackResult> results)
    {
        RowCount = results.Count;
        UnverifiedCount = results.Count(result => !result.IsVerified);
        RefutedCount = results.Count(result => result.RefutesCertificate);
        Cost = results.Aggregate(default(AttackCost), (sum, result) => sum + result.Cost);
        Seconds = results.Sum(result => result.Seconds);
        if (results.All(result => result.CertifiedRadius is not null))
        {
            Certified = CertifiedMetrics.From(results.Select(result =>
                new CertifiedOutcome(result.Answer == result.Label, result.Answer is null, result.CertifiedRadius!.Value)));
        }
        _distances = [.. results.Where(result => result.IsVerified && result.Distance is not null).Select(result => result.Distance!.Value).Order()];
    }

    /// <summary>Counts results.</summary>
    /// <param name="results">One per row, at least one.</param>
    /// <exception cref="ArgumentException">There are no results.</exception>
    public static AttackMetrics From(IEnumerable<AttackResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        AttackResult[] all = [.. results];
        return all.Length > 0 ? new AttackMetrics(all) : throw new ArgumentException("There are no results to evaluate.", nameof(results));
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Rows whose only successes were not verified; they count as rows without success.</summary>
    public int UnverifiedCount { get; }

    /// <summary>Rows with a verified success within their certified radius: with right certificates about none.</summary>
    public int RefutedCount { get; }

    /// <summary>What is certified for the same rows, from below what the attack bounds from above; null for a model that certifies nothing.</summary>
    public CertifiedMetrics? Certified { get; }

    /// <summary>What the attack asked for.</summary>
    public AttackCost Cost { get; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; }

    /// <summary>
    /// The median number of pixels: half of the rows are broken with so many or fewer; null when less than half are broken at all. Rows that are
    /// wrong as they are count as 0.
    /// </summary>
    public int? MedianDistance => _distances.Length >= (RowCount + 1) / 2 ? _distances[(RowCount + 1) / 2 - 1] : null;

    /// <summary>Share of rows that the attack did not break with <paramref name="rho"/> pixels or fewer, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public double RobustAccuracyAt(int rho)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        return 1 - (double)_distances.Count(distance => distance <= rho) / RowCount;
    }
}
