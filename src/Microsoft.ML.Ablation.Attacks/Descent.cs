namespace Microsoft.ML.Ablation.Attacks;

/// <summary>An adversarial candidate that comes nearer to the original, and remembers on which way.</summary>
internal sealed class Descent(Perturbation perturbation)
{
    private const int RefinementSteps = 6;
    private const int Verifications = 5;

    private readonly Stack<int[]> _resets = [];

    /// <summary>Pixels that differ from the original.</summary>
    public int Count => perturbation.Count;

    /// <summary>Sets groups of pixels back, at first half of them, at last two.</summary>
    public void ResetGroups(IMargin look, Random random)
    {
        for (int size = perturbation.Count / 2; size > 1; size = Math.Min(size, perturbation.Count) / 2)
        {
            int[] order = perturbation.Positions;
            random.Shuffle(order);
            foreach (int[] group in order.Chunk(size))
                TryReset(look, group);
        }
    }

    /// <summary>Sets single pixels back until none can be.</summary>
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
    /// Brings what a first look found through a closer look, the model itself, and fresh votes; where one of them disagrees, the pixels that were set
    /// back last are changed again.
    /// </summary>
    /// <param name="target">The model, at the row under attack.</param>
    /// <param name="options">Votes of the looks.</param>
    /// <param name="random">The order of pixels.</param>
    /// <param name="refine">Whether the values of what is verified are brought nearer to the original.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The candidate; null when the model answers rightly whatever is changed again.</returns>
    public Adversarial? Confirm(AttackTarget target, AttackOptions options, Random random, bool refine, CancellationToken cancellation)
    {
        IMargin look = target.MarginOf(options.CloserLookVotes);
        while (look.Of(perturbation.Features) > 0)
        {
            look.MoveThere();
            if (!Undo())
                return null;
        }
        look.MoveThere();
        ResetSingly(look, random, cancellation);
        Adversarial? unverified = null;
        for (int verified = 0; verified < Verifications;)
        {
            cancellation.ThrowIfCancellationRequested();
            int answer = target.Ask(perturbation.Features);
            if (answer != target.Label)
            {
                var found = new Adversarial([.. perturbation.Features], Count, answer, target.Verify(perturbation.Features) != target.Label);
                if (found.IsVerified)
                    return refine ? Refine(target, look, found) : found;
                unverified ??= found;
                verified++;
            }
            if (!Undo())
                break;
        }
        return unverified;
    }

    /// <summary>Moves the values of changed pixels towards the original, by bisection, as far as the look allows.</summary>
    private Adversarial Refine(AttackTarget target, IMargin look, Adversarial found)
    {
        float[] refined = [.. found.Features];
        foreach (int position in perturbation.Positions)
        {
            for (int channel = 0; channel < target.Layout.Channels; channel++)
            {
                int slot = target.Layout.SlotOf(position, channel);
                refined[slot] = Nearest(refined, slot, target.Original[slot], look);
            }
        }
        int answer = target.Ask(refined);
        return answer != target.Label && target.Verify(refined) != target.Label ? found with { Features = refined, Answer = answer } : found;
    }

    /// <summary>The value of a slot that is nearest to the original's, but not the same, and still adversarial.</summary>
    private static float Nearest(float[] candidate, int slot, float original, IMargin look)
    {
        float near = original, far = candidate[slot];
        for (int step = 0; step < RefinementSteps && near != far; step++)
        {
            float middle = near + (far - near) / 2;
            candidate[slot] = middle;
            if (middle != original && look.Of(candidate) <= 0)
            {
                look.MoveThere();
                far = middle;
            }
            else
            {
                near = middle;
            }
        }
        return far;
    }

    /// <summary>Changes what was set back last.</summary>
    /// <returns>False when nothing was.</returns>
    private bool Undo()
    {
        if (!_resets.TryPop(out int[]? last))
            return false;
        perturbation.Set(last, isChanged: true);
        return true;
    }

    private bool TryReset(IMargin look, int[] positions)
    {
        perturbation.Set(positions, isChanged: false);
        if (look.Of(perturbation.Features) <= 0)
        {
            look.MoveThere();
            _resets.Push(positions);
            return true;
        }
        perturbation.Set(positions, isChanged: true);
        return false;
    }
}
