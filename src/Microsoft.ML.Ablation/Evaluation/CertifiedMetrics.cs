using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>
/// How right, and how robustly right, a smoothed classifier is on a data set (Levine and Feizi, AAAI 2020). <see cref="ToString"/> gives a table of it, and
/// <see cref="GetFormattedConfusionTable"/> one of its classes.
/// </summary>
public sealed class CertifiedMetrics
{
    private const double Alpha = 0.05;
    private readonly CertifiedRadii _radii;

    private CertifiedMetrics(CertifiedOutcome[] outcomes, bool uncertifiedAsZero, IReadOnlyList<string> classNames)
    {
        RowCount = outcomes.Length;
        AbstainedCount = outcomes.LongCount(outcome => outcome.IsAbstained);
        CorrectCount = outcomes.LongCount(outcome => outcome.IsCorrect);
        _radii = new CertifiedRadii(outcomes, uncertifiedAsZero);
        CertifiedAccuracy = [.. Enumerable.Range(0, _radii.Largest + 1).Select(CertifiedAccuracyAt)];
        ILookup<int?, CertifiedOutcome> byLabel = outcomes.ToLookup(outcome => outcome.Label), byAnswer = outcomes.ToLookup(outcome => outcome.Prediction);
        Classes = [.. classNames.Select((name, number)
            => new CertifiedClassMetrics(name, [.. byLabel[number]], classNames.Count, byAnswer[number].LongCount(), uncertifiedAsZero))];
    }

    /// <summary>Counts outcomes that were obtained in any way.</summary>
    /// <param name="outcomes">One per row, at least one. For figures of each class, all of them are made with <see cref="CertifiedOutcome.Of"/>.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, as in the paper's
    /// tables, instead of none.</param>
    /// <param name="classNames">The names of the classes, in the order of their numbers; null to call them by their numbers, as many as the outcomes have.</param>
    /// <exception cref="ArgumentException">There are no rows, or there are names and a row has no classes, or one that is not named.</exception>
    public static CertifiedMetrics From(IEnumerable<CertifiedOutcome> outcomes, bool uncertifiedAsZero = false, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        CertifiedOutcome[] all = [.. outcomes];
        if (all.Length == 0)
            throw new ArgumentException("There are no rows to evaluate.", nameof(outcomes));
        if (classNames is null)
            return new CertifiedMetrics(all, uncertifiedAsZero, Numbers(all));
        int odd = Array.FindIndex(all, outcome => outcome.Label is null || Math.Max(outcome.Label.Value, outcome.Prediction ?? 0) >= classNames.Count);
        return odd < 0
            ? new CertifiedMetrics(all, uncertifiedAsZero, classNames)
            : throw new ArgumentException(
                FormattableString.Invariant($"Row {odd} has {(all[odd].Label is null ? "no classes" : "a class without a name")}, but {classNames.Count} classes are named; ")
                + "make every outcome with CertifiedOutcome.Of, and give a name for each class.", nameof(outcomes));
    }

    /// <summary>Number of rows.</summary>
    public long RowCount { get; }

    /// <summary>Number of rows without an answer.</summary>
    public long AbstainedCount { get; }

    /// <summary>Number of rows with the right class.</summary>
    public long CorrectCount { get; }

    /// <summary>Share of all rows with the right class, 0 to 1; an abstention is not right.</summary>
    public double ClassificationAccuracy => (double)CorrectCount / RowCount;

    /// <summary>Where the accuracy lies on all rows like these.</summary>
    public ConfidenceInterval ClassificationAccuracyInterval => ConfidenceInterval.OfShare(CorrectCount, RowCount);

    /// <summary>Share of rows without an answer, 0 to 1.</summary>
    public double AbstainedShare => (double)AbstainedCount / RowCount;

    /// <summary>The classes in the order of their numbers, with the rows of each; empty where an outcome does not say its classes.</summary>
    public IReadOnlyList<CertifiedClassMetrics> Classes { get; }

    /// <summary>The class that most of the rows have; null where classes are not known.</summary>
    public CertifiedClassMetrics? MostFrequentClass => Classes.MaxBy(one => one.RowCount);

    /// <summary>
    /// Share of the rows on which <see cref="MostFrequentClass"/> is right if it is always answered, 0 to 1; null where classes are not known. No attack changes such an answer: the share
    /// is the same at every radius.
    /// </summary>
    public double? MostFrequentClassAccuracy => (double?)MostFrequentClass?.RowCount / RowCount;

    /// <summary>
    /// Whether the rows do not show that the classifier is more often right than one that always answers <see cref="MostFrequentClass"/>. Its certificates then say little, because all
    /// answers of the other one are certain. False where classes are not known.
    /// </summary>
    /// <remarks>
    /// The two are compared on those rows on which one of them is right and the other is not: the classifier is better if it is right on more of them, and the exact binomial test
    /// (McNemar, Psychometrika 12, 1947) has a p-value of at most 5 %.
    /// </remarks>
    public bool IsNoBetterThanMostFrequentClass
    {
        get
        {
            if (MostFrequentClass is not { } frequent)
                return false;
            long won = CorrectCount - frequent.CorrectCount, lost = frequent.RowCount - frequent.CorrectCount;
            return won <= lost || BinomialTest.IsUndecided(won, lost, Alpha);
        }
    }

    /// <summary>
    /// Share of all rows that are right and certified at radius ρ or more, for ρ = 0, 1, … up to the largest certified radius;
    /// empty when no right row has a certificate.
    /// </summary>
    public IReadOnlyList<double> CertifiedAccuracy { get; }

    /// <summary>
    /// The largest ρ at which at least half of all rows are right and certified; null (N/A) when there is none. Rows that are
    /// misclassified count as −∞.
    /// </summary>
    public int? MedianCertifiedRadius => _radii.Median;

    /// <summary>Share of all rows that are right and certified at radius <paramref name="rho"/> or more, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public double CertifiedAccuracyAt(int rho) => (double)_radii.CountAt(rho) / RowCount;

    /// <summary>Where the certified accuracy at one radius lies on all rows like these.</summary>
    /// <param name="rho">The radius ρ, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public ConfidenceInterval CertifiedAccuracyIntervalAt(int rho) => ConfidenceInterval.OfShare(_radii.CountAt(rho), RowCount);

    /// <summary>
    /// A table: rows, accuracy, abstentions, certified accuracy at some radii, with 95 % confidence intervals, and the accuracy of always answering the most frequent class; with a
    /// warning where <see cref="IsNoBetterThanMostFrequentClass"/>.
    /// </summary>
    public override string ToString() => CertifiedMetricsText.Summary(this);

    /// <summary>A table: for each true class how often each class is answered, abstentions, recall and the median radius. Empty where classes are not known.</summary>
    public string GetFormattedConfusionTable() => CertifiedMetricsText.Confusion(this);

    private static string[] Numbers(CertifiedOutcome[] outcomes)
    {
        if (Array.Exists(outcomes, outcome => outcome.Label is null))
            return [];
        int largest = outcomes.Max(outcome => Math.Max(outcome.Label!.Value, outcome.Prediction ?? 0));
        return [.. Enumerable.Range(0, largest + 1).Select(number => FormattableString.Invariant($"{number}"))];
    }
}
