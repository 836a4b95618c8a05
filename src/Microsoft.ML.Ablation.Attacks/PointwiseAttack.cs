namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The Pointwise attack (Schott, Rauber, Bethge and Brendel, ICLR 2019): begins with salt-and-pepper noise that the model does not answer
/// with the true class, and sets changed pixels back one at a time in random order as long as it stays so, again and again until no single
/// pixel can be set back. The best of some restarts counts; the values of its pixels are then brought as near to the original as they can be.
/// </summary>
/// <remarks>
/// Before pixels are set back one at a time, groups of them are, each half as large as the one before: what comes out has the same property, that
/// no single pixel can be set back, for far fewer queries. Against a smoothed classifier restarts are run on a first look, with few votes and always
/// the same ablations; the best three are looked at more closely, and what is left is asked of the model itself and verified with fresh votes. Where the model
/// disagrees with the look, the last pixels are changed again.
/// </remarks>
public sealed class PointwiseAttack : Attack
{
    private const int SmallestNoise = 8;
    private const int Finalists = 3;

    /// <inheritdoc/>
    public override string Name => "Pointwise";

    /// <summary>Times that the attack begins anew with other noise, at least 1.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>
    /// Images of other classes to begin from, one for each restart in turn, in the order of the column's slots; null for noise. Those that the
    /// model answers with the true class are passed over.
    /// </summary>
    public IReadOnlyList<float[]>? StartingPoints { get; init; }

    /// <summary>Whether the values of changed pixels are brought nearer to the original, which does not change their number.</summary>
    public bool RefineValues { get; init; } = true;

    /// <summary>Whether groups of pixels are set back before single ones; false takes many more queries.</summary>
    public bool GroupResets { get; init; } = true;

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Restarts, 1);
        if (StartingPoints?.Count == 0 || StartingPoints?.FirstOrDefault(image => image.Length != target.Original.Length) is not null)
        {
            throw new ArgumentException($"Starting points must be images of {target.Original.Length} values, as the rows are, and at least one; give such "
                + "images, or null for noise.");
        }
        var descents = new List<Descent>();
        IMargin look = target.MarginOf(options.FirstLookVotes);
        for (int i = 0; i < Restarts; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Perturbation? start = StartingPoints is { } images
                ? Image(target, look, images[i % images.Count])
                : Noise(target, options, random, look);
            if (start is null)
                continue;
            var descent = new Descent(start);
            if (GroupResets)
                descent.ResetGroups(look, random);
            descent.ResetSingly(look, random, cancellation);
            descents.Add(descent);
        }
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
        return RefineValues && best is { IsVerified: true } ? Descent.Refine(target, options, best, cancellation) : best;
    }

    /// <summary>All pixels of another image; null when it is not adversarial.</summary>
    private static Perturbation? Image(AttackTarget target, IMargin look, float[] image)
    {
        var perturbation = new Perturbation(target.Layout, target.Original, image, Enumerable.Range(0, target.Layout.Positions));
        double margin = look.Of(perturbation.Features);
        look.MoveThere();
        return margin <= 0 ? perturbation : null;
    }

    /// <summary>
    /// The least salt-and-pepper noise in a random order of pixels that is beyond doubt adversarial, all of it where none is; null when that is not adversarial
    /// either. What is only just adversarial for the votes of a look may not be for the model, and leaves no way back.
    /// </summary>
    private static Perturbation? Noise(AttackTarget target, AttackOptions options, Random random, IMargin look)
    {
        int[] order = [.. Enumerable.Range(0, target.Layout.Positions)];
        random.Shuffle(order);
        float[] noise = [.. target.Original];
        foreach (int position in order)
        {
            float value = random.Next(2) == 0 ? options.Minimum : options.Maximum;
            foreach (int slot in target.Layout.SlotsOf(position))
                noise[slot] = value;
        }
        var perturbation = new Perturbation(target.Layout, target.Original, noise, []);
        int right = 0, wrong = Math.Min(SmallestNoise, order.Length);
        while (MarginWith(wrong) > -look.Doubt && wrong < order.Length)
            (right, wrong) = (wrong, Math.Min(2 * wrong, order.Length));
        while (wrong - right > 1)
        {
            int middle = (right + wrong) / 2;
            if (MarginWith(middle) <= -look.Doubt)
                wrong = middle;
            else
                right = middle;
        }
        return MarginWith(wrong) <= 0 ? perturbation : null;

        double MarginWith(int count)
        {
            perturbation.Set(order[..count], isChanged: true);
            perturbation.Set(order[count..], isChanged: false);
            double margin = look.Of(perturbation.Features);
            look.MoveThere();
            return margin;
        }
    }
}
