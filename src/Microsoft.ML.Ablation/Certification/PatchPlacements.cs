using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>All places of a rectangular patch within an image, each with the masks of a family that it meets.</summary>
internal sealed class PatchPlacements
{
    private readonly int[][] _met;

    /// <param name="family">The masks.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="patchHeight">Rows of the patch, at most those of the image.</param>
    /// <param name="patchWidth">Columns of the patch, at most those of the image.</param>
    public PatchPlacements(MaskFamily family, int height, int width, int patchHeight, int patchWidth)
    {
        _met =
        [
            .. from top in Enumerable.Range(0, height - patchHeight + 1)
               from left in Enumerable.Range(0, width - patchWidth + 1)
               select MasksMet(family, width, top, left, patchHeight, patchWidth),
        ];
    }

    /// <summary>The largest sum of the losses of the masks that one placement meets.</summary>
    public long LargestLoss(int[] losses) => _met.Max(masks => masks.Sum(mask => (long)losses[mask]));

    private static int[] MasksMet(MaskFamily family, int width, int top, int left, int rows, int columns)
        => [.. (from row in Enumerable.Range(top, rows)
                from column in Enumerable.Range(left, columns)
                from mask in family.MasksOf[row * width + column]
                select mask).Distinct()];
}
