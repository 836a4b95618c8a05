namespace Microsoft.ML.Ablation.Attacks;

/// <summary>An adversarial candidate that comes nearer to the original, and remembers on which way.</summary>
internal sealed class Descent(Perturbation perturbation)
{
    private const int RefinementSteps = 6;
    private const int Verifications = 5;

    // Where the model does not confirm what a closer look has found, the look has to be surer by so much.
    private const double SurerBy = 0.01;

    private readonly Stack<int[]> _resets = [];

    /// <summary>Pixels that differ from the original.</summary>
    public int Count => perturbation.Count;

    /// <summary>Sets groups of pixels back, at first an eighth of them, at last two.</summary>
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
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The candidate; null when the model answers rightly whatever is changed again.</returns>
    public Adversarial? Confirm(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        IMargin look = target.MarginOf(options.CloserLookVotes);
        if (!UndoUntil(look, 0))
            return null;
        ResetSingly(look, random, cancellation);
        Adversarial? unverified = null;
        double surelyAdversarial = 0;
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
            surelyAdversarial -= SurerBy;
            if (!Undo() || !UndoUntil(look, surelyAdversarial))
                break;
        }
        return unverified;
    }

    /// <summary>
    /// Moves the values of changed pixels towards the original, by bisection, as far as a closer look allows; the model and fresh votes have the last word.
    /// </summary>
    public static Adversarial Refine(AttackTarget target, AttackOptions options, Adversarial found, CancellationToken cancellation)
    {
        FeatureLayout layout = target.Layout;
        IMargin look = target.MarginOf(options.CloserLookVotes);
        float[] refined = [.. found.Features];
        look.Of(refined);
        look.MoveThere();
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

    /// <summary>Changes again what was set back, the last first, until a look is so sure.</summary>
    /// <returns>False when it is not, whatever is changed again.</returns>
    private bool UndoUntil(IMargin look, double surelyAdversarial)
    {
        while (look.Of(perturbation.Features) > surelyAdversarial)
        {
            look.MoveThere();
            if (!Undo())
                return false;
        }
        look.MoveThere();
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
