namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The Pointwise attack (Schott, Rauber, Bethge and Brendel, ICLR 2019). It begins with salt-and-pepper noise that the model
/// misclassifies, and resets changed pixels one at a time in random order while the model still errs, until no single pixel can
/// be reset. The best of several restarts counts; the values of its pixels are then moved as close to the original as possible.
/// </summary>
/// <remarks>
/// Groups of pixels are reset before single ones, each group half as large as the one before. The result has the same property,
/// that no single pixel can be reset, for far fewer queries. Against a smoothed classifier, restarts use a first look: few votes,
/// always on the same ablations. The best three restarts get a closer look; what remains is put to the model itself and verified
/// with fresh votes. If the model disagrees with the look, the last resets are undone.
/// </remarks>
public sealed class PointwiseAttack : Attack
{
    private const int SmallestNoise = 8;
    private const int Finalists = 3;

    /// <inheritdoc/>
    public override string Name => "Pointwise";

    /// <summary>Number of restarts with other noise, at least 1.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>
    /// Images of other classes to begin from, one for each restart in turn, in the order of the column's slots; null for noise.
    /// Images that the model assigns to the true class are skipped.
    /// </summary>
    public IReadOnlyList<float[]>? StartingPoints { get; init; }

    /// <summary>
    /// Whether the values of changed pixels are moved closer to the original, which does not change their number.
    /// </summary>
    public bool RefineValues { get; init; } = true;

    /// <summary>Whether groups of pixels are reset before single ones; false takes many more queries.</summary>
    public bool GroupResets { get; init; } = true;

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Restarts, 1);
        CheckStartingPoints(target.Original.Length);
        IMargin look = target.MarginOf(options.FirstLookVotes);
        Descent[] descents =
        [
            .. Enumerable.Range(0, Restarts)
                .Select(restart => Descend(restart, target, options, random, look, cancellation)).OfType<Descent>(),
        ];
        Adversarial? best = BestOf(descents, target, options, random, cancellation);
        return RefineValues && best is { IsVerified: true } ? Descent.Refine(target, options, best, cancellation) : best;
    }

    /// <exception cref="ArgumentException">There are none, or one has another length than a row.</exception>
    private void CheckStartingPoints(int length)
    {
        if (StartingPoints is { } images && (images.Count == 0 || images.Any(image => image.Length != length)))
        {
            throw new ArgumentException($"StartingPoints must have at least one image, and images must have {length} values, as the "
                + "rows have; give such images, or null for noise.");
        }
    }

    /// <summary>
    /// One restart: begins with an adversarial image and resets pixels; null when the image is not adversarial.
    /// </summary>
    private Descent? Descend(int restart, AttackTarget target, AttackOptions options, Random random, IMargin look,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Perturbation? start = StartingPoints is { } images
            ? Image(target, look, images[restart % images.Count])
            : Noise(target, options, random, look);
        if (start is null)
            return null;
        var descent = new Descent(start);
        if (GroupResets)
            descent.ResetGroups(look, random);
        descent.ResetSingly(look, random, cancellation);
        return descent;
    }

    /// <summary>
    /// Confirms the finalists, those with the fewest pixels first, and goes on until one is verified; null when none is
    /// adversarial.
    /// </summary>
    private static Adversarial? BestOf(IEnumerable<Descent> descents, AttackTarget target, AttackOptions options, Random random,
        CancellationToken cancellation)
    {
        Adversarial? best = null;
        foreach ((int confirmed, Descent descent) in descents.OrderBy(descent => descent.Count).Index())
        {
            if (best is { IsVerified: true } && (confirmed >= Finalists || descent.Count >= best.Distance))
                break;
            cancellation.ThrowIfCancellationRequested();
            Adversarial? found = descent.Confirm(target, options, random, cancellation);
            if (found?.IsBetterThan(best) == true)
                best = found;
        }
        return best;
    }

    /// <summary>All pixels of another image; null when it is not adversarial.</summary>
    private static Perturbation? Image(AttackTarget target, IMargin look, float[] image)
    {
        var perturbation = new Perturbation(target.Layout, target.Original, image, Enumerable.Range(0, target.Layout.Positions));
        double margin = look.Of(perturbation.Features);
        look.Accept();
        return margin <= 0 ? perturbation : null;
    }

    /// <summary>
    /// The least salt-and-pepper noise, in a random order of pixels, whose margin is adversarial beyond its uncertainty, or all
    /// of it when there is none; null when that is not adversarial either. Noise that is barely adversarial for the votes of a
    /// look may not be so for the model, and undoing resets would then not help.
    /// </summary>
    private static Perturbation? Noise(AttackTarget target, AttackOptions options, Random random, IMargin look)
    {
        int[] order = [.. Enumerable.Range(0, target.Layout.Positions)];
        random.Shuffle(order);
        float[] noise = SaltAndPepper(target, options, random, order);
        var perturbation = new Perturbation(target.Layout, target.Original, noise, []);
        int least = Least(order.Length, count => MarginWith(count) <= -look.Uncertainty);
        return MarginWith(least) <= 0 ? perturbation : null;

        double MarginWith(int count)
        {
            perturbation.Set(order[..count], isChanged: true);
            perturbation.Set(order[count..], isChanged: false);
            double margin = look.Of(perturbation.Features);
            look.Accept();
            return margin;
        }
    }

    /// <summary>Every pixel at an end of its range, drawn in the given order.</summary>
    private static float[] SaltAndPepper(AttackTarget target, AttackOptions options, Random random, int[] order)
    {
        float[] noise = [.. target.Original];
        foreach (int position in order)
        {
            float value = random.Next(2) == 0 ? options.Minimum : options.Maximum;
            foreach (int slot in target.Layout.SlotsOf(position))
                noise[slot] = value;
        }
        return noise;
    }

    /// <summary>The smallest adversarial number of pixels, by doubling and bisection; all when none is adversarial.</summary>
    private static int Least(int positions, Func<int, bool> isAdversarial)
    {
        int right = 0, wrong = Math.Min(SmallestNoise, positions);
        while (!isAdversarial(wrong) && wrong < positions)
            (right, wrong) = (wrong, Math.Min(2 * wrong, positions));
        while (wrong - right > 1)
        {
            int middle = (right + wrong) / 2;
            if (isAdversarial(middle))
                wrong = middle;
            else
                right = middle;
        }
        return wrong;
    }
}
