namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// Sparse-RS for L0 (Croce, Andriushchenko, Singh, Flammarion and Hein, AAAI 2022): a fixed number of pixels at the ends of their
/// range. Every step exchanges some of them, fewer and fewer, for random others, and keeps the exchange if the margin of the true
/// class does not grow. Bisection finds the smallest number of pixels that succeeds; each search begins from the pixels of the
/// last success.
/// </summary>
public sealed class SparseRandomSearch : Attack
{
    private const double FirstShare = 0.3;

    // A long search overfits the few votes of its look. If the model rejects a success, the margin must fall by this much more.
    private const double LimitStep = 0.05;

    // From these steps of 10,000 on, the share of exchanged pixels is the first share over these divisors.
    private static readonly (int Step, int Divisor)[] s_schedule =
        [(0, 1), (1, 2), (50, 4), (200, 5), (500, 6), (1_000, 8), (2_000, 10), (4_000, 12), (6_000, 15), (8_000, 20)];

    /// <inheritdoc/>
    public override string Name => "SparseRandomSearch";

    /// <summary>Steps for each number of pixels, at least 1.</summary>
    public int Steps { get; init; } = 1_000;

    /// <summary>The largest number of pixels to try, at least 1; all pixels if the image has fewer.</summary>
    public int LargestBudget { get; init; } = 64;

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestBudget, 1);
        IMargin look = target.MarginOf(options.FirstLookVotes);
        return BudgetSearch.Run(Math.Min(LargestBudget, target.Layout.Positions),
            (budget, before) => SearchWith(budget, before, target, options, random, look, cancellation));
    }

    /// <summary>Random search with a fixed number of pixels; null when it finds nothing.</summary>
    private Adversarial? SearchWith(int budget, Adversarial? before, AttackTarget target, AttackOptions options, Random random, IMargin look,
        CancellationToken cancellation)
    {
        FeatureLayout layout = target.Layout;
        var pixels = new PixelSet(layout, target.Original, options, random);
        pixels.Begin(budget, before?.Features);
        double margin = look.Of(pixels.Features);
        look.Accept();
        double limit = 0;
        for (int step = 0; ; step++)
        {
            if (margin <= limit)
            {
                var descent = new Descent(new Perturbation(layout, target.Original, [.. pixels.Features], pixels.Chosen));
                descent.ResetSingly(look, random, cancellation);
                if (descent.Confirm(target, options, random, cancellation) is { } found)
                    return found;
                limit = margin - LimitStep;
                // The descent has moved the look.
                look.Of(pixels.Features);
                look.Accept();
            }
            if (step == Steps)
                return null;
            cancellation.ThrowIfCancellationRequested();
            pixels.Exchange(Math.Max(1, (int)Math.Round(ShareAt(step) * budget)));
            double next = look.Of(pixels.Features);
            if (next <= margin)
            {
                look.Accept();
                margin = next;
            }
            else
            {
                pixels.Undo();
            }
        }
    }

    private double ShareAt(int step)
    {
        int of = (int)((long)step * 10_000 / Steps);
        return FirstShare / s_schedule.Last(entry => entry.Step <= of).Divisor;
    }
}
