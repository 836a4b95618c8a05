using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>
/// A fixed family of masks T_1, …, T_N: which positions each ablation retains, chosen before any input is seen. The votes of all N masks give certificates without chance
/// (<see cref="Certification.MaskFamilyCertificate"/>): no sampling, no α and no secret.
/// </summary>
/// <remarks>Sources: Levine and Feizi, "(De)Randomized Smoothing for Certifiable Defense against Patch Attacks" (NeurIPS 2020), for <see cref="Bands"/> and
/// <see cref="Blocks"/>; Hammoudeh and Lowd, "Provable Robustness against a Union of L0 Adversarial Attacks" (AAAI 2024), for partitions.</remarks>
public sealed class MaskFamily : IRetention
{
    private readonly int[][] _masks;
    private readonly int[][] _cells;

    private MaskFamily(int d, int[][] masks)
    {
        D = d;
        _masks = masks;
        MasksOf = Invert(d, masks);
        // Positions in the same masks are alike to an attacker: who changes one of them gains nothing by changing another.
        _cells = [.. MasksOf.Where(met => met.Length > 0).DistinctBy(met => string.Join(',', met))];
    }

    /// <summary>The number of positions.</summary>
    public int D { get; }

    /// <summary>N, the number of masks.</summary>
    public int Count => _masks.Length;

    /// <summary>The masks that retain each position, in increasing order.</summary>
    internal IReadOnlyList<int[]> MasksOf { get; }

    /// <summary>The positions that a mask retains, in increasing order.</summary>
    /// <param name="mask">The index of the mask, from 0 to N − 1.</param>
    public ReadOnlySpan<int> Retained(int mask) => _masks[mask];

    /// <summary>The most positions that a mask retains.</summary>
    public int LargestRetainedCount => _masks.Max(mask => mask.Length);

    /// <summary>Whether every position is in exactly one mask, so that ρ changed positions meet at most ρ masks.</summary>
    public bool IsPartition => MasksOf.All(masks => masks.Length == 1);

    ReadOnlySpan<int> IRetention.Of(AblationKey key, AblationStage stage, uint sampleIndex) => Retained((int)sampleIndex);

    /// <summary>The number of masks and of their positions.</summary>
    public override string ToString()
    {
        int least = _masks.Min(mask => mask.Length), most = LargestRetainedCount;
        return $"{Count} masks of {(least == most ? $"{most}" : $"{least} to {most}")} of {D} positions";
    }

    internal void Write(BinaryWriter writer)
    {
        // Positions grow, so that the gaps between them are written, in few bytes.
        writer.Write7BitEncodedInt(D);
        writer.Write7BitEncodedInt(Count);
        foreach (int[] mask in _masks)
        {
            writer.Write7BitEncodedInt(mask.Length);
            int last = -1;
            foreach (int position in mask)
            {
                writer.Write7BitEncodedInt(position - last - 1);
                last = position;
            }
        }
    }

    /// <exception cref="FormatException">What was written is no family.</exception>
    internal static MaskFamily Read(BinaryReader reader)
    {
        int d = ReadCount(reader, 1 << 28, "positions"), count = ReadCount(reader, 1 << 24, "masks");
        var masks = new int[count][];
        for (int n = 0; n < count; n++)
        {
            masks[n] = new int[ReadCount(reader, d, "positions in a mask")];
            int last = -1;
            for (int i = 0; i < masks[n].Length; i++)
                masks[n][i] = last += reader.Read7BitEncodedInt() + 1;
        }
        try
        {
            return Of(d, masks);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
    }

    /// <summary>A family of given masks.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="masks">The retained positions of each mask, in any order; at least one mask, and at least one position in each.</param>
    /// <exception cref="ArgumentException">A mask is empty, or holds a position twice or one that is out of range.</exception>
    public static MaskFamily Of(int d, IEnumerable<IEnumerable<int>> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        AblationShape.Require(d, 1);
        int[][] sorted = [.. masks.Select(mask => mask.Order().ToArray())];
        if (sorted.Length == 0)
            throw new ArgumentException("There are no masks; give at least one.", nameof(masks));
        for (int n = 0; n < sorted.Length; n++)
            RequireMask(d, sorted[n], n);
        return new MaskFamily(d, sorted);
    }

    /// <summary>
    /// Disjoint masks that cover all positions of an image: ρ changed positions meet at most ρ of them. Each mask has one position of each cell, a compact group of N positions,
    /// and so shows the whole image coarsely.
    /// </summary>
    /// <param name="height">Rows of the image, at least 1.</param>
    /// <param name="width">Columns of the image, at least 1.</param>
    /// <param name="count">N, from 1 to the number of positions.</param>
    /// <param name="seed">Which position of a cell goes to which mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static MaskFamily Partition(int height, int width, int count, ulong seed)
    {
        RequireImage(height, width);
        return Partition([.. CompactOrder(height, width, count)], count, seed);
    }

    /// <summary>Disjoint masks that cover all positions, at random: for positions without neighbours, such as the attributes of a table.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="count">N, from 1 to <paramref name="d"/>.</param>
    /// <param name="seed">Which position goes to which mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static MaskFamily Partition(int d, int count, ulong seed)
    {
        AblationShape.Require(d, 1);
        return Partition(Permutation(seed, stream: uint.MaxValue, d), count, seed);
    }

    /// <summary>
    /// Bands of neighbouring columns, one that begins at each column, and of neighbouring rows, with wrap-around: a patch of m columns meets at most m + w − 1 bands of columns, and
    /// one of m rows as many of rows.
    /// </summary>
    /// <param name="height">Rows of the image, at least 1.</param>
    /// <param name="width">Columns of the image, at least 1.</param>
    /// <param name="bandWidth">w, from 1 to the number of columns, of rows, or the smaller of the two.</param>
    /// <param name="direction">What bands are made of.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static MaskFamily Bands(int height, int width, int bandWidth, BandDirection direction = BandDirection.Both)
    {
        RequireImage(height, width);
        if (!Enum.IsDefined(direction))
            throw new ArgumentOutOfRangeException(nameof(direction), $"direction is {direction}; it must be Both, Columns or Rows.");
        bool hasColumns = direction != BandDirection.Rows, hasRows = direction != BandDirection.Columns;
        AblationShape.RequireWithin(bandWidth, Math.Min(hasColumns ? width : height, hasRows ? height : width), nameof(bandWidth));
        return Of(height * width,
        [
            .. Enumerable.Range(0, hasColumns ? width : 0).Select(left => Window(height, width, 0, left, height, bandWidth)),
            .. Enumerable.Range(0, hasRows ? height : 0).Select(top => Window(height, width, top, 0, bandWidth, width)),
        ]);
    }

    /// <summary>Square blocks, one that begins at each position, with wrap-around: a patch of m × m positions meets at most (m + s − 1)² of them.</summary>
    /// <param name="height">Rows of the image, at least 1.</param>
    /// <param name="width">Columns of the image, at least 1.</param>
    /// <param name="side">s, from 1 to the smaller of <paramref name="height"/> and <paramref name="width"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static MaskFamily Blocks(int height, int width, int side)
    {
        RequireImage(height, width);
        AblationShape.RequireWithin(side, Math.Min(height, width), nameof(side));
        return Of(height * width, Enumerable.Range(0, height * width).Select(first => Window(height, width, first / width, first % width, side, side)));
    }

    /// <summary>An upper bound on the number of masks that <paramref name="rho"/> changed positions can meet; for partitions exact.</summary>
    /// <param name="rho">The number of changed positions, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public int Touched(int rho)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        return (int)Math.Min(Count, CellLosses(Enumerable.Repeat(1, Count).ToArray()).Take(rho).Sum());
    }

    /// <summary>What one changed position can cost at most, in decreasing order over positions that differ in their masks: the sum over the masks that retain it.</summary>
    /// <param name="losses">What a change of each mask's answer costs, 0 or more.</param>
    internal IEnumerable<long> CellLosses(int[] losses) => _cells.Select(met => met.Sum(mask => (long)losses[mask])).OrderDescending();

    private static MaskFamily Partition(int[] order, int count, ulong seed)
    {
        if (count < 1 || count > order.Length)
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}, but there are {order.Length} positions; it must be from 1 to {order.Length}.");
        var masks = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        for (int first = 0, cell = 0; first < order.Length; first += count, cell++)
        {
            int[] mask = Permutation(seed, (uint)cell, count);
            for (int i = 0; i < Math.Min(count, order.Length - first); i++)
                masks[mask[i]].Add(order[first + i]);
        }

        return Of(order.Length, masks);
    }

    /// <summary>All positions, so that any <paramref name="count"/> consecutive ones lie close together: strips of √N columns, up and down in turns.</summary>
    private static IEnumerable<int> CompactOrder(int height, int width, int count)
    {
        int strip = Math.Clamp((int)Math.Round(Math.Sqrt(Math.Max(1, count))), 1, width);
        bool isDown = true;
        for (int left = 0; left < width; left += strip, isDown = !isDown)
        {
            for (int i = 0; i < height; i++)
            {
                int row = isDown ? i : height - 1 - i;
                for (int column = left; column < Math.Min(left + strip, width); column++)
                    yield return row * width + column;
            }
        }
    }

    private static IEnumerable<int> Window(int height, int width, int top, int left, int rows, int columns)
        => from row in Enumerable.Range(top, rows)
           from column in Enumerable.Range(left, columns)
           select row % height * width + column % width;

    /// <summary>A random permutation: numbers in the order of random words of 64 bits, which are a function of seed, stream and number.</summary>
    private static int[] Permutation(ulong seed, uint stream, int count)
    {
        var key = AblationKey.Compute(seed, []);
        return [.. Enumerable.Range(0, count).OrderBy(i => RowWords.Draw(key, stream, (uint)i) is var words ? ((ulong)words.First << 32) | words.Second : 0)];
    }

    private static int[][] Invert(int d, int[][] masks)
    {
        var met = Enumerable.Range(0, d).Select(_ => new List<int>()).ToArray();
        for (int n = 0; n < masks.Length; n++)
        {
            foreach (int position in masks[n])
                met[position].Add(n);
        }

        return [.. met.Select(list => list.ToArray())];
    }

    private static int ReadCount(BinaryReader reader, int most, string what)
    {
        int count = reader.Read7BitEncodedInt();
        return count >= 1 && count <= most ? count : throw new FormatException($"The model file is damaged: it has {count} {what}.");
    }

    private static void RequireMask(int d, int[] sorted, int n)
    {
        if (sorted.Length == 0)
            throw new ArgumentException($"Mask {n} retains no position; each must retain at least one.", "masks");
        if (sorted[0] < 0 || sorted[^1] >= d)
            throw new ArgumentException($"Mask {n} has position {(sorted[0] < 0 ? sorted[0] : sorted[^1])}, but there are {d}; positions are from 0 to {d - 1}.", "masks");
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1])
                throw new ArgumentException($"Mask {n} has position {sorted[i]} twice; once is enough.", "masks");
        }
    }

    private static void RequireImage(int height, int width)
    {
        if (height < 1 || width < 1)
            throw new ArgumentOutOfRangeException(nameof(height), $"The image has {height} rows and {width} columns; both must be at least 1.");
    }
}
