namespace Microsoft.ML.Ablation.Attacks;

/// <summary>An adversarial candidate that moves closer to the original; its steps can be undone.</summary>
internal sealed class Descent(Perturbation perturbation)
{
    private const int RefinementSteps = 6;
    private const int Verifications = 5;

    // Each time the model rejects a candidate of a closer look, the margin that the look asks for falls by this.
    private const double LimitStep = 0.01;

    private readonly Stack<int[]> _resets = [];

    /// <summary>Pixels that differ from the original.</summary>
    public int Count => perturbation.Count;

    /// <summary>Resets groups of pixels: an eighth of them at first, two at last.</summary>
    public void ResetGroups(IMargin look, Random random)
    {
        for (int size = perturbation.Count / 8; size > 1; size = Math.Min(size, perturbation.Count) / 2)
        {
            int[] order = perturbation.Positions;
            random.Shuffle(order);
            foreach (int[] group in order.Chunk(size))
                TryReset(look, group);
        }
    }

    /// <summary>Resets single pixels until none can be reset.</summary>
    public void ResetSingly(IMargin look, Random random, CancellationToken cancellation)
    {
        bool again = true;
        while (again)
        {
            cancellation.ThrowIfCancellationRequested();
            again = false;
            int[] order = perturbation.Positions;
            random.Shuffle(order);
            foreach (int position in order)
                again |= TryReset(look, [position]);
        }
    }

    /// <summary>
    /// Checks the candidate with a closer look, the model itself and fresh votes; each time one of them disagrees, the last
    /// resets are undone.
    /// </summary>
    /// <param name="target">The model, at the row under attack.</param>
    /// <param name="options">Votes of the looks.</param>
    /// <param name="random">The order of pixels.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>The candidate; null when the model is right after all resets are undone.</returns>
    public Adversarial? Confirm(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        IMargin look = target.MarginOf(options.CloserLookVotes);
        if (!UndoUntil(look, 0))
            return null;
        ResetSingly(look, random, cancellation);
        Adversarial? unverified = null;
        double limit = 0;
        for (int verified = 0; verified < Verifications;)
        {
            cancellation.ThrowIfCancellationRequested();
            int answer = target.Ask(perturbation.Features);
            if (answer != target.Label)
            {
                (int fresh, int? ahead) = target.Verify(perturbation.Features);
                var found = new Adversarial([.. perturbation.Features], Count, answer, fresh != target.Label, ahead);
                if (found.IsVerified)
                    return found;
                unverified ??= found;
                verified++;
            }
            limit -= LimitStep;
            if (!Undo() || !UndoUntil(look, limit))
                break;
        }
        return unverified;
    }

    /// <summary>
    /// Moves the values of changed pixels towards the original, by bisection, as far as a closer look allows. The result counts
    /// only if the model and fresh votes confirm it.
    /// </summary>
    public static Adversarial Refine(AttackTarget target, AttackOptions options, Adversarial found, CancellationToken cancellation)
    {
        FeatureLayout layout = target.Layout;
        IMargin look = target.MarginOf(options.CloserLookVotes);
        float[] refined = [.. found.Features];
        look.Of(refined);
        look.Accept();
        for (int position = 0; position < layout.Positions; position++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (int slot in layout.SlotsOf(position))
                refined[slot] = Nearest(refined, slot, target.Original[slot], look);
        }
        int answer = target.Ask(refined);
        if (answer == target.Label)
            return found;
        (int fresh, int? ahead) = target.Verify(refined);
        return fresh != target.Label ? found with { Features = refined, Answer = answer, ClassesAhead = ahead } : found;
    }

    /// <summary>The value of a slot that is closest to the original's, but different, and still adversarial.</summary>
    private static float Nearest(float[] candidate, int slot, float original, IMargin look)
    {
        float near = original, far = candidate[slot];
        for (int step = 0; step < RefinementSteps && near != far; step++)
        {
            float middle = near + (far - near) / 2;
            candidate[slot] = middle;
            if (middle != original && look.Of(candidate) <= 0)
            {
                look.Accept();
                far = middle;
            }
            else
            {
                near = middle;
            }
        }
        return far;
    }

    /// <summary>Undoes the last reset.</summary>
    /// <returns>False when there is none.</returns>
    private bool Undo()
    {
        if (!_resets.TryPop(out int[]? last))
            return false;
        perturbation.Set(last, isChanged: true);
        return true;
    }

    /// <summary>Undoes resets, the last first, until the margin of a look is at most a limit.</summary>
    /// <returns>False when it is above the limit with all resets undone.</returns>
    private bool UndoUntil(IMargin look, double limit)
    {
        while (look.Of(perturbation.Features) > limit)
        {
            look.Accept();
            if (!Undo())
                return false;
        }
        look.Accept();
        return true;
    }

    private bool TryReset(IMargin look, int[] positions)
    {
        perturbation.Set(positions, isChanged: false);
        if (look.Of(perturbation.Features) <= 0)
        {
            look.Accept();
            _resets.Push(positions);
            return true;
        }
        perturbation.Set(positions, isChanged: true);
        return false;
    }
}
