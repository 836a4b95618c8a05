namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// One rectangular patch, anywhere within the image, that shows anything (Brown, Mané, Roy, Abadi and Gilmer, 2017). Place and content are searched at random, as Sparse-RS
/// does for patches (Croce, Andriushchenko, Singh, Flammarion and Hein, AAAI 2022): a step moves the patch, or fills a part of it with one colour, and is kept if the margin of the true
/// class does not grow. Where the base classifier is a network of this library, the search begins where the gradient promises most, with signed gradient steps on the content. Bisection
/// finds the smallest patch that succeeds.
/// </summary>
/// <remarks><see cref="AttackResult.Distance"/> is the size of the patch. It is compared with certificates against the same patch only.</remarks>
public sealed class AdversarialPatch : Attack
{
    /// <inheritdoc/>
    public override string Name => "AdversarialPatch";

    /// <summary>The patch of size 1; null for the one that the certifier certifies, or for squares where it certifies none.</summary>
    public PatchUnit? Unit { get; init; }

    /// <summary>The largest size to try, at least 1: the side of a square, or what <see cref="Unit"/> is multiplied by; what fits into the image if that is less.</summary>
    public int LargestSide { get; init; } = 16;

    /// <summary>Steps of random search for each size, at least 1.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Gradient steps for each size, 0 or more; they are left out where there is no gradient.</summary>
    public int GradientSteps { get; init; } = 20;

    /// <summary>Ablations for each gradient, at least 1; fixed masks are all taken, or others in every step where there are more.</summary>
    public int Ablations { get; init; } = 100;

    internal override PatchUnit? PatchOn(AttackTarget target) => Unit ?? target.CertifiedPatch ?? new PatchUnit(1, 1);

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestSide, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(GradientSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Ablations, 1);
        PatchUnit unit = PatchOn(target)!.Value;
        int fitting = LargestFitting(unit, target.Layout, options.FeatureColumnName);
        var search = new PatchSearch(this, unit, target, options, random, cancellation);
        return BudgetSearch.Run(Math.Min(LargestSide, fitting), (size, _) => search.Try(size));
    }

    /// <exception cref="ArgumentException">Not one fits, or the rows are no images.</exception>
    private static int LargestFitting(PatchUnit unit, FeatureLayout layout, string column)
    {
        if (!layout.HasSides)
        {
            throw new ArgumentException($"A patch is a part of an image, but column '{column}' does not tell its rows and columns; set AttackOptions.Shape, or use an attack on single "
                + "positions.");
        }
        if (unit.Height < 1 || unit.Width < 1 || unit.Height > layout.Shape.Height || unit.Width > layout.Shape.Width)
        {
            throw new ArgumentException($"A patch of size 1 has {unit} pixels, but images have {layout.Shape.Height} × {layout.Shape.Width}; its sides must be from 1 to those of the "
                + "image.");
        }
        return Math.Min(layout.Shape.Height / unit.Height, layout.Shape.Width / unit.Width);
    }
}
