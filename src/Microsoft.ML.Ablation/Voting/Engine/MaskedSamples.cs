using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Masks of a family in memory that the base classifier reads, a batch at a time. Only the pixels that a mask retains are written for a row, and become NULL again where the next batch
/// has another mask.
/// </summary>
/// <param name="family">The masks.</param>
/// <param name="nothing">One NULL pixel.</param>
/// <param name="size">Masks in the memory.</param>
internal sealed class MaskedSamples(MaskFamily family, EncodedRow nothing, int size)
{
    private readonly int[] _shown = [.. Enumerable.Repeat(-1, size)];

    /// <summary>Makes all pixels NULL, before the first batch.</summary>
    /// <param name="memory">The samples, [size, positions, channels], or planar, [size, channels, positions].</param>
    public void Clear(Span<byte> memory) => AblatedSamples.Clear(memory, nothing, family.D);

    /// <summary>Writes a row through consecutive masks.</summary>
    /// <param name="memory">The samples of the batch before.</param>
    /// <param name="row">The row.</param>
    /// <param name="first">The first mask.</param>
    /// <param name="count">Number of masks.</param>
    public void Fill(Span<byte> memory, EncodedRow row, int first, int count)
    {
        int sampleSize = family.D * nothing.PixelSize;
        for (int slot = 0; slot < count; slot++)
        {
            Span<byte> sample = memory.Slice(slot * sampleSize, sampleSize);
            int mask = first + slot;
            if (_shown[slot] != mask && _shown[slot] >= 0)
            {
                foreach (int position in family.Retained(_shown[slot]))
                    nothing.WritePixel(0, sample, position, family.D);
            }
            foreach (int position in family.Retained(mask))
                row.WritePixel(position, sample, position, family.D);
            _shown[slot] = mask;
        }
    }
}
