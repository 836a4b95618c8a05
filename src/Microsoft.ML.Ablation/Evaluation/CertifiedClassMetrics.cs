namespace Microsoft.ML.Ablation;

/// <summary>How right, and how robustly right, a smoothed classifier is on the rows of one true class.</summary>
public sealed class CertifiedClassMetrics
{
    private readonly CertifiedRadii _radii;

    /// <param name="name">The name of the class.</param>
    /// <param name="outcomes">The rows of the class.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="answeredCount">How many rows, of whatever class, are answered with this one.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, instead of none.</param>
    internal CertifiedClassMetrics(string name, IReadOnlyCollection<CertifiedOutcome> outcomes, int classCount, long answeredCount, bool uncertifiedAsZero)
    {
        (Name, RowCount, AnsweredCount) = (name, outcomes.Count, answeredCount);
        CorrectCount = outcomes.LongCount(outcome => outcome.IsCorrect);
        AbstainedCount = outcomes.LongCount(outcome => outcome.IsAbstained);
        _radii = new CertifiedRadii(outcomes, uncertifiedAsZero);
        long[] predicted = new long[classCount];
        foreach (CertifiedOutcome outcome in outcomes)
        {
            if (outcome.Prediction is { } prediction)
                predicted[prediction]++;
        }
        PredictedCounts = predicted;
    }

    /// <summary>The name of the class.</summary>
    public string Name { get; }

    /// <summary>Number of rows of the class.</summary>
    public long RowCount { get; }

    /// <summary>How many of them have the right answer.</summary>
    public long CorrectCount { get; }

    /// <summary>How many of them have no answer.</summary>
    public long AbstainedCount { get; }

    /// <summary>How many rows, of whatever class, are answered with this one.</summary>
    public long AnsweredCount { get; }

    /// <summary>Share of the class's rows with the right answer, 0 to 1; NaN where it has no rows. An abstention is not right.</summary>
    public double Recall => (double)CorrectCount / RowCount;

    /// <summary>Share of the rows that are answered with this class and have it, 0 to 1; NaN where no row is answered with it.</summary>
    public double Precision => (double)CorrectCount / AnsweredCount;

    /// <summary>The largest ρ at which at least half of the class's rows are right and certified; null (N/A) where there is none.</summary>
    public int? MedianCertifiedRadius => _radii.Median;

    /// <summary>
    /// How many rows of the class are answered with each class, in the order of <see cref="CertifiedMetrics.Classes"/>: its row of the confusion table. Rows that abstain are in
    /// <see cref="AbstainedCount"/>.
    /// </summary>
    public IReadOnlyList<long> PredictedCounts { get; }

    /// <summary>Share of the class's rows that are right and certified at radius <paramref name="rho"/> or more, 0 to 1; NaN where it has no rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public double CertifiedAccuracyAt(int rho) => (double)_radii.CountAt(rho) / RowCount;
}
