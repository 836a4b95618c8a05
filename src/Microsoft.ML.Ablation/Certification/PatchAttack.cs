using System.Collections.Concurrent;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>An attack by one patch that shows anything, anywhere within the image: at size m it has m times the rows and columns of <paramref name="unit"/>.</summary>
/// <param name="family">The masks.</param>
/// <param name="image">Rows and columns of the image.</param>
/// <param name="unit">Rows and columns of the patch of size 1; (1, 1) for squares.</param>
internal sealed class PatchAttack(MaskFamily family, (int Height, int Width) image, (int Height, int Width) unit) : MaskAttack
{
    private readonly ConcurrentDictionary<int, int[][]> _met = [];

    /// <summary>The largest size that fits into the image.</summary>
    public int LargestSize => Math.Min(image.Height / unit.Height, image.Width / unit.Width);

    /// <summary>The most that a patch of a size can cost, wherever it is.</summary>
    public long LargestLoss(int size, int[] losses)
    {
        long largest = 0;
        foreach (int[] masks in _met.GetOrAdd(size, MasksMet))
        {
            long loss = 0;
            foreach (int mask in masks)
                loss += losses[mask];
            largest = Math.Max(largest, loss);
        }

        return largest;
    }

    /// <summary>A larger patch covers a smaller one, so that costs grow with the size.</summary>
    protected override int LargestBelow(Threat threat)
    {
        int size = 0;
        while (size < LargestSize && LargestLoss(size + 1, threat.Losses) < threat.Margin)
            size++;
        return size;
    }

    /// <summary>The masks that each placement meets, once for placements that meet the same.</summary>
    public int[][] MasksMet(int size)
    {
        int rows = size * unit.Height, columns = size * unit.Width;
        IEnumerable<int[]> all = from top in Enumerable.Range(0, image.Height - rows + 1)
                                 from left in Enumerable.Range(0, image.Width - columns + 1)
                                 select MasksMet(top, left, rows, columns);
        // Placements that meet the same masks are alike, such as all along a band.
        return [.. all.DistinctBy(met => string.Join(',', met))];
    }

    private int[] MasksMet(int top, int left, int rows, int columns)
    {
        var isMet = new bool[family.Count];
        for (int row = top; row < top + rows; row++)
        {
            for (int column = left; column < left + columns; column++)
            {
                foreach (int mask in family.MasksOf[row * image.Width + column])
                    isMet[mask] = true;
            }
        }

        return [.. Enumerable.Range(0, family.Count).Where(mask => isMet[mask])];
    }
}
