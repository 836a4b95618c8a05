using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>A row at hand, of which more is asked than its certificate.</summary>
/// <param name="positions">The number of its positions; of a text, its words.</param>
/// <param name="names">The name of each; null for none.</param>
internal abstract class RowInquiry(int positions, IReadOnlyList<string>? names)
{
    public int Positions => positions;

    public IReadOnlyList<string>? Names => names;

    /// <summary>Whether certificates hold without chance.</summary>
    public abstract bool IsCertain { get; }

    /// <summary>Certifies the row.</summary>
    public abstract RowResult Certify();

    /// <summary>The class that most of some ablations support.</summary>
    /// <param name="ablations">How many, where there are more.</param>
    /// <returns>Its index, the ablations that support it, and how many were asked.</returns>
    public abstract (int Class, int Support, int Asked) Answer(int ablations);

    /// <summary>By how many ablations a class is ahead of each other one.</summary>
    /// <param name="result">What was counted.</param>
    /// <param name="fixedClass">The class.</param>
    public static int[] LeadsOf(RowResult result, int fixedClass)
    {
        int[] counts = result.EstimationCounts;
        int classes = result.Ballot.ClassCount(counts.Length);
        return result.Ballot == Ballot.Plurality
            ? [.. counts.Select(votes => counts[fixedClass] - votes)]
            : [.. Enumerable.Range(0, classes).Select(other => counts[fixedClass * classes + other] - counts[other * classes + fixedClass])];
    }

    /// <summary>The class that has the least to win to catch up with another.</summary>
    /// <param name="result">What was counted.</param>
    /// <param name="fixedClass">The other.</param>
    public abstract int CompetitorOf(RowResult result, int fixedClass);

    /// <summary>What some ablations add to the lead of a class over another.</summary>
    /// <param name="fixedClass">The class.</param>
    /// <param name="competitor">The other.</param>
    /// <param name="ablations">How many, where there are more.</param>
    /// <param name="areAll">Whether these are all ablations.</param>
    public abstract IReadOnlyList<AblationLead> Leads(int fixedClass, int competitor, int ablations, out bool areAll);

    /// <summary>What the next larger radius needs; null where no votes reach it.</summary>
    public abstract NextRadius? Next(RowResult result);

    /// <summary>The fixed masks with their answers; none where ablations are random.</summary>
    /// <param name="classes">The names of the classes.</param>
    public abstract IReadOnlyList<ExplainedMask> Masks(IReadOnlyList<string> classes);

    /// <summary>The least that has to be added for a radius.</summary>
    /// <param name="radius">The radius.</param>
    /// <param name="most">The most that can be added.</param>
    /// <param name="with">The certificate of the class with so much added: the more, the larger its radius.</param>
    protected static NextRadius? Least(int radius, int most, Func<int, CertifiedPrediction> with)
    {
        if (most < 1 || with(most).Radius < radius)
            return null;
        int few = 0, enough = most;
        while (enough - few > 1)
        {
            int middle = few + (enough - few) / 2;
            if (with(middle).Radius >= radius)
                enough = middle;
            else
                few = middle;
        }
        return new NextRadius(radius, enough, with(enough).LowerBound);
    }
}
