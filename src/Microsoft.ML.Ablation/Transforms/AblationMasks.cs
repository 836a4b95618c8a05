using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>
/// How the fixed masks of a <c>MaskAblation</c> are chosen, before the shape of the data is known. <c>Fit</c> makes the <see cref="MaskFamily"/>, and the model file holds it.
/// </summary>
public abstract record AblationMasks
{
    private protected AblationMasks()
    {
    }

    /// <summary>Against changed positions: disjoint masks that cover all positions, so that ρ changed positions meet at most ρ of them.</summary>
    /// <param name="count">N, from 1 to the number of positions: more masks reach further, fewer see more of the row. An odd number has no ties between two classes.</param>
    /// <param name="seed">Which position goes to which mask; nothing has to be secret.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static AblationMasks Partition(int count, int seed = 0) => new PartitionMasks(AtLeastOne(count, "masks"), seed);

    /// <summary>Against patches in images: a mask of <paramref name="width"/> neighbouring columns beginning at each column, with wrap-around.</summary>
    /// <param name="width">Columns of a band, from 1 to those of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is less than 1.</exception>
    public static AblationMasks Bands(int width) => new BandMasks(AtLeastOne(width, nameof(width)));

    /// <summary>Against patches in images: a square mask beginning at each position, with wrap-around.</summary>
    /// <param name="side">Rows and columns of a block, from 1 to the smaller of those of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is less than 1.</exception>
    public static AblationMasks Blocks(int side) => new BlockMasks(AtLeastOne(side, nameof(side)));

    /// <summary>Masks of your own.</summary>
    /// <param name="family">The masks, of as many positions as the data have.</param>
    /// <param name="isAgainstPatches">Whether the attack is a patch; else changed positions.</param>
    public static AblationMasks Of(MaskFamily family, bool isAgainstPatches = false)
    {
        ArgumentNullException.ThrowIfNull(family);
        return new GivenMasks(family, isAgainstPatches);
    }

    /// <summary>Whether the certified attack is a patch by default.</summary>
    internal abstract bool IsAgainstPatches { get; }

    /// <summary>The masks of data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The data are too small, or no image where one is needed.</exception>
    internal abstract MaskFamily For(string columnName, FeatureLayout layout);

    private static int AtLeastOne(int value, string name)
        => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 1.");

    private static void RequireImage(string columnName, FeatureLayout layout, string what)
    {
        if (layout.IsGrouped || !layout.HasSides)
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"{what} are parts of an image, but column '{columnName}' does not tell its rows and columns; give the column dimensions, "
                + "declare the Shape of the image, or use PartitionAblation.");
        }
    }

    private static void RequireWithin(string columnName, int value, int most, string what)
    {
        if (value > most)
            throw new ArgumentOutOfRangeException("inputSchema", $"{what} is {value}, but column '{columnName}' has {most}; it must be from 1 to {most}.");
    }

    private sealed record PartitionMasks(int Count, int Seed) : AblationMasks
    {
        internal override bool IsAgainstPatches => false;

        internal override MaskFamily For(string columnName, FeatureLayout layout)
        {
            RequireWithin(columnName, Count, layout.Positions, "The number of masks");
            return !layout.IsGrouped && layout.HasSides
                ? MaskFamily.Partition(layout.Shape.Height, layout.Shape.Width, Count, (uint)Seed)
                : MaskFamily.Partition(layout.Positions, Count, (uint)Seed);
        }
    }

    private sealed record BandMasks(int Width) : AblationMasks
    {
        internal override bool IsAgainstPatches => true;

        internal override MaskFamily For(string columnName, FeatureLayout layout)
        {
            RequireImage(columnName, layout, "Bands");
            RequireWithin(columnName, Width, layout.Shape.Width, "The width of a band");
            return MaskFamily.Bands(layout.Shape.Height, layout.Shape.Width, Width);
        }
    }

    private sealed record BlockMasks(int Side) : AblationMasks
    {
        internal override bool IsAgainstPatches => true;

        internal override MaskFamily For(string columnName, FeatureLayout layout)
        {
            RequireImage(columnName, layout, "Blocks");
            RequireWithin(columnName, Side, Math.Min(layout.Shape.Height, layout.Shape.Width), "The side of a block");
            return MaskFamily.Blocks(layout.Shape.Height, layout.Shape.Width, Side);
        }
    }

    private sealed record GivenMasks(MaskFamily Family, bool Patches) : AblationMasks
    {
        internal override bool IsAgainstPatches => Patches;

        internal override MaskFamily For(string columnName, FeatureLayout layout) => layout.Positions == Family.D
            ? Family
            : throw new ArgumentOutOfRangeException("inputSchema", $"The masks are of {Family.D} positions, but column '{columnName}' has {layout.Positions}.");
    }
}
