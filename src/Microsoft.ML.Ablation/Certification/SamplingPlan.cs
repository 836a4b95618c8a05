using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>
/// How many ablations of a row are drawn, and when drawing stops. A plan is chosen before any vote is seen, and holds for every
/// row.
/// </summary>
/// <remarks>
/// A plan looks at the cumulative votes of the second stage at given counts and spends a share of α on each look: of K looks, where K is at least 2, 0.8 on the last one
/// and 0.2/K on each other. The shares add up to at most one, so that the certificates of all looks hold together with probability at least 1 − α, whichever look is the
/// last one and whatever made it so.
/// </remarks>
public sealed class SamplingPlan
{
    // Measured: looks closer together save no votes, a larger share for the early looks loses radius at the last one.
    private const double Growth = 1.5;
    private const double LastShare = 0.8;

    private readonly int[] _looks;

    private SamplingPlan(int selectionCount, int[] looks, int radiusTolerance, int? targetRadius)
    {
        SelectionCount = selectionCount;
        _looks = looks;
        RadiusTolerance = radiusTolerance;
        TargetRadius = targetRadius;
    }

    /// <summary>n0, the number of votes that select the class.</summary>
    public int SelectionCount { get; }

    /// <summary>n, the largest number of votes of the second stage.</summary>
    public int EstimationCount => _looks[^1];

    /// <summary>The cumulative numbers of second-stage votes at which the plan decides, in increasing order.</summary>
    public IReadOnlyList<int> Looks => _looks;

    /// <summary>The number of pixels of radius that may be given up to save votes.</summary>
    public int RadiusTolerance { get; }

    /// <summary>The one radius of interest, if there is one.</summary>
    public int? TargetRadius { get; }

    /// <summary>The plan of the paper: the same number of votes for every row.</summary>
    /// <param name="selectionCount">n0, from 1 to 1,000,000,000. Default 1,000.</param>
    /// <param name="estimationCount">n, from 1 to 1,000,000,000. Default 10,000.</param>
    /// <returns>The plan; it spends all of α on its only look.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static SamplingPlan Fixed(int selectionCount = 1_000, int estimationCount = 10_000)
    {
        RequireCount(selectionCount, nameof(selectionCount));
        RequireCount(estimationCount, nameof(estimationCount));
        return new SamplingPlan(selectionCount, [estimationCount], 0, null);
    }

    /// <summary>
    /// A plan that stops a row when more votes are unlikely to change what can be said of it. Counts are cumulative: no vote is
    /// thrown away.
    /// </summary>
    /// <param name="selectionCount">n0, from 1 to 1,000,000,000. Default 125.</param>
    /// <param name="firstLook">
    /// The number of votes of the first look, at least 1; later looks are at multiples of it. Default 125, which with
    /// <paramref name="selectionCount"/> fills whole batches of the networks of this library.
    /// </param>
    /// <param name="estimationCount">n, the number of votes of the last look, from <paramref name="firstLook"/> to 1,000,000,000. Default 10,000.</param>
    /// <param name="radiusTolerance">
    /// Stop when at most that many pixels of radius could still be won; 0 or more. Default 0: stop when a larger radius is out
    /// of reach. A row without a certificate is followed until even radius 0 is out of reach and PREDICT has an answer.
    /// </param>
    /// <param name="targetRadius">
    /// Stop as soon as it is decided whether this radius is certified; 0 or more. Default: none, find the largest radius.
    /// </param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static SamplingPlan Adaptive(
        int selectionCount = 125, int firstLook = 125, int estimationCount = 10_000, int radiusTolerance = 0, int? targetRadius = null)
    {
        RequireCount(selectionCount, nameof(selectionCount));
        RequireCount(firstLook, nameof(firstLook));
        RequireCount(estimationCount, nameof(estimationCount));
        if (estimationCount < firstLook)
            throw new ArgumentOutOfRangeException(
                nameof(estimationCount),
                $"estimationCount is {estimationCount}, but firstLook is {firstLook}; the last look cannot come before the first.");
        if (radiusTolerance < 0)
            throw new ArgumentOutOfRangeException(
                nameof(radiusTolerance),
                $"radiusTolerance is {radiusTolerance}; it must be 0 or more.");
        if (targetRadius < 0)
            throw new ArgumentOutOfRangeException(
                nameof(targetRadius),
                $"targetRadius is {targetRadius}; it must be 0 or more, or none.");

        var looks = new List<int>();
        for (int look = firstLook; look < estimationCount / Math.Sqrt(Growth); look = NextLook(look, firstLook))
            looks.Add(look);
        looks.Add(estimationCount);
        return new SamplingPlan(selectionCount, [.. looks], radiusTolerance, targetRadius);
    }

    private static int NextLook(int look, int firstLook) =>
        Math.Max(look + firstLook, firstLook * (int)Math.Round(look * Growth / firstLook));

    /// <summary>The number of the look that happens at this many votes.</summary>
    /// <exception cref="ArgumentException">The plan does not look there.</exception>
    internal int LookAt(int votes, string name)
    {
        int look = Array.BinarySearch(_looks, votes);
        if (look < 0)
            throw new ArgumentException(
                $"{name} has {votes} votes, but the plan decides at {string.Join(", ", _looks)}; give the votes of one of these counts.",
                name);
        return look;
    }

    /// <summary>The part of α that is spent at a look; all parts together are at most α, rounding included.</summary>
    internal double AlphaAt(int look, double alpha)
    {
        if (_looks.Length == 1)
            return alpha;
        return look == _looks.Length - 1 ? alpha * LastShare : alpha * (1 - LastShare) / _looks.Length;
    }

    /// <summary>Bounds are computed for at most so many votes.</summary>
    private static void RequireCount(int value, string name)
    {
        if (value is < 1 or > (int)ClopperPearson.LargestTrials)
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {value}; it must be from 1 to {ClopperPearson.LargestTrials:N0} votes."));
    }
}
