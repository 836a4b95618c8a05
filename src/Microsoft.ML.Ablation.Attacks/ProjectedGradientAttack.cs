namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// Projected gradient descent for L0 (PGD₀: Croce and Hein, ICCV 2019), through the mean of a smoothed classifier's softmax
/// probabilities over ablations. Every step goes against the gradient of the true class's margin, and is projected onto the
/// images that differ from the original in a fixed number of pixels, with values in their range. Bisection finds the smallest
/// number of pixels that succeeds. This is a white-box attack: the base classifier must be a network of this library.
/// </summary>
public sealed class ProjectedGradientAttack : Attack
{
    /// <inheritdoc/>
    public override string Name => "ProjectedGradient";

    /// <summary>Steps for each number of pixels, at least 1.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Ablations for each gradient, drawn anew in every step, at least 1; fixed masks are all taken, or others in every step where there are more.</summary>
    public int Ablations { get; init; } = 100;

    /// <summary>The largest number of pixels to try, at least 1; all pixels if the image has fewer.</summary>
    public int LargestBudget { get; init; } = 64;

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Ablations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestBudget, 1);
        IMargin look = target.MarginOf(options.FirstLookVotes);
        GradientSource gradients = target.Gradients();
        return BudgetSearch.Run(Math.Min(LargestBudget, target.Layout.Positions), (budget, before) =>
        {
            float[] candidate = [.. before?.Features ?? target.Original];
            for (int step = 0; step < Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                (double margin, float[] gradient) = gradients.Margin(candidate, Ablations);
                // Softmax and votes differ slightly, so a margin close to 0 is worth a look; where looks are exact, and cheap, every step is.
                if (step > 0 && (margin < 0.05 || look.Uncertainty == 0) && Succeeds(candidate, target, options, random, look, cancellation) is { } found)
                    return found;
                candidate = Project(candidate, gradient, budget, target, options);
            }
            return Succeeds(candidate, target, options, random, look, cancellation);
        });
    }

    private static Adversarial? Succeeds(float[] candidate, AttackTarget target, AttackOptions options, Random random, IMargin look, CancellationToken cancellation)
    {
        if (look.Of(candidate) > 0)
            return null;
        look.Accept();
        var descent = new Descent(new Perturbation(target.Layout, target.Original, candidate, Enumerable.Range(0, target.Layout.Positions)));
        descent.ResetSingly(look, random, cancellation);
        return descent.Confirm(target, options, random, cancellation);
    }

    /// <summary>
    /// One step and its projection: the pixels that change are those with the largest saving in squared distance,
    /// ‖z − x‖² − ‖z − clip(z)‖².
    /// </summary>
    private static float[] Project(float[] candidate, float[] gradient, int budget, AttackTarget target, AttackOptions options)
    {
        FeatureLayout layout = target.Layout;
        float largest = gradient.Max(Math.Abs);
        if (largest == 0)
            return candidate;
        // The value with the largest slope moves through its whole range.
        float length = (options.Maximum - options.Minimum) / largest;
        float[] stepped = [.. candidate.Zip(gradient, (value, slope) => value - length * slope)];
        var saved = new double[layout.Positions];
        for (int position = 0; position < saved.Length; position++)
        {
            foreach (int slot in layout.SlotsOf(position))
            {
                double toOriginal = stepped[slot] - target.Original[slot], outside = stepped[slot] - Math.Clamp(stepped[slot], options.Minimum, options.Maximum);
                saved[position] += toOriginal * toOriginal - outside * outside;
            }
        }
        float[] projected = [.. target.Original];
        foreach (int position in Enumerable.Range(0, saved.Length).OrderByDescending(position => saved[position]).Take(budget))
        {
            foreach (int slot in layout.SlotsOf(position))
                projected[slot] = Math.Clamp(stepped[slot], options.Minimum, options.Maximum);
        }
        return projected;
    }
}
