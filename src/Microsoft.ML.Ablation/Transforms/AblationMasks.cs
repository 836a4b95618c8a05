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

    /// <summary>
    /// A partition that is chosen on the training data, so that every two classes are told apart by as many masks as possible: with the same N it reaches further, and is right more
    /// often, than one that does not know the data. <c>Fit</c> reads the data twice, and searches for some seconds.
    /// </summary>
    /// <param name="count">N, from 1 to the number of positions.</param>
    /// <param name="labelColumnName">The column with the class: a key, or a Boolean.</param>
    /// <param name="seed">The order of the search; nothing has to be secret.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static AblationMasks LearnedPartition(int count, string labelColumnName = "Label", int seed = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        return new LearnedMasks(AtLeastOne(count, "masks"), labelColumnName, seed);
    }

    /// <summary>Against patches in images: a mask of <paramref name="width"/> neighbouring columns beginning at each column, and one of rows beginning at each row, with wrap-around.</summary>
    /// <param name="width">Columns or rows of a band, from 1 to those of the image.</param>
    /// <param name="direction">What bands are made of.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is less than 1.</exception>
    public static AblationMasks Bands(int width, BandDirection direction = BandDirection.Both) => new BandMasks(AtLeastOne(width, nameof(width)), direction);

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

    /// <summary>Masks that do not depend on values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The layout has too few positions, or is no image where it has to be.</exception>
    internal abstract MaskFamily For(string columnName, FeatureLayout layout);

    /// <summary>The masks of data.</summary>
    /// <exception cref="ArgumentException">The data are too small, have no label where one is needed, or are no images where they have to be.</exception>
    internal virtual MaskFamily Learn(AblationRows rows) => For(rows.ColumnName, rows.Layout);

    private static int AtLeastOne(int value, string name)
        => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 1.");

    private static void RequireImage(string columnName, FeatureLayout layout, string what)
    {
        if (!layout.HasSides)
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
            return layout.HasSides
                ? MaskFamily.Partition(layout.Shape.Height, layout.Shape.Width, Count, (uint)Seed)
                : MaskFamily.Partition(layout.Positions, Count, (uint)Seed);
        }
    }

    private sealed record LearnedMasks(int Count, string Label, int Seed) : AblationMasks
    {
        internal override bool IsAgainstPatches => false;

        internal override MaskFamily For(string columnName, FeatureLayout layout) => Partition(Count, Seed).For(columnName, layout);

        internal override MaskFamily Learn(AblationRows rows)
        {
            FeatureLayout layout = rows.Layout;
            if (layout.Shape.Values > ClassStatistics.MostValues)
            {
                throw new ArgumentOutOfRangeException("inputSchema", $"A partition can be learnt for rows of up to {ClassStatistics.MostValues} values, but column '{rows.ColumnName}' has "
                    + $"{layout.Shape.Values}; use PartitionAblation.");
            }
            MaskFamily start = For(rows.ColumnName, layout);
            var statistics = ClassStatistics.Of(rows.CountClasses(Label), layout.Shape.Values, () => rows.ReadWithClasses(Label));
            if (!layout.HasSides)
                statistics.Standardize();
            int[][] valuesOf = [.. Enumerable.Range(0, layout.Positions).Select(position => layout.IsGrouped
                ? layout.SlotsOf(position).ToArray()
                : [.. Enumerable.Range(0, layout.Channels).Select(channel => channel * layout.Positions + position)])];
            int[][] masks = [.. Enumerable.Range(0, start.Count).Select(mask => start.Retained(mask).ToArray())];
            return MaskFamily.Of(start.D, PartitionSearch.Improve(statistics, valuesOf, masks, Seed, rows.CheckAlive));
        }
    }

    private sealed record BandMasks(int Width, BandDirection Direction) : AblationMasks
    {
        internal override bool IsAgainstPatches => true;

        internal override MaskFamily For(string columnName, FeatureLayout layout)
        {
            RequireImage(columnName, layout, "Bands");
            (_, int height, int width) = layout.Shape;
            RequireWithin(columnName, Width, Direction switch { BandDirection.Columns => width, BandDirection.Rows => height, _ => Math.Min(height, width) }, "The width of a band");
            return MaskFamily.Bands(height, width, Width, Direction);
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
