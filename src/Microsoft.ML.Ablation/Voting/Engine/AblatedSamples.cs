using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// The ablations of a batch, in memory that the base classifier reads. Refilling it costs O(k) per sample, independent of the image size: the pixels retained before become NULL again,
/// then the new ones are written.
/// </summary>
internal sealed class AblatedSamples
{
    private readonly SubsetSampler _sampler;
    private readonly EncodedRow _null;
    private readonly int[] _retained;
    private readonly int _positions;

    /// <param name="positions">The number d of positions.</param>
    /// <param name="retainedCount">The number k of retained positions.</param>
    /// <param name="nothing">One NULL pixel.</param>
    /// <param name="size">Number of samples.</param>
    public AblatedSamples(int positions, int retainedCount, EncodedRow nothing, int size)
    {
        (_positions, _null) = (positions, nothing);
        _sampler = new SubsetSampler(positions, retainedCount);
        // Initially position 0 counts as retained k times, which makes no difference.
        _retained = new int[checked(size * retainedCount)];
    }

    /// <summary>Makes all pixels NULL, before the first batch.</summary>
    /// <param name="memory">The samples, [size, positions, channels], or planar, [size, channels, positions].</param>
    public void Clear(Span<byte> memory) => Clear(memory, _null, _positions);

    /// <summary>Makes all pixels NULL.</summary>
    /// <param name="memory">Samples.</param>
    /// <param name="nothing">One NULL pixel.</param>
    /// <param name="positions">Positions of each.</param>
    public static void Clear(Span<byte> memory, EncodedRow nothing, int positions)
    {
        for (int first = 0; first < memory.Length; first += positions * nothing.PixelSize)
        {
            for (int position = 0; position < positions; position++)
                nothing.WritePixel(0, memory[first..], position, positions);
        }
    }

    /// <summary>Writes the ablations of a batch's slots.</summary>
    /// <param name="memory">The samples of the batch before.</param>
    /// <param name="row">The row.</param>
    /// <param name="key">The key of its ablations.</param>
    /// <param name="batch">The samples.</param>
    public void Fill(Span<byte> memory, EncodedRow row, AblationKey key, VoteBatch batch)
    {
        int k = _sampler.K, sampleSize = _positions * _null.PixelSize;
        for (int slot = 0; slot < batch.FilledSlots(_retained.Length / k); slot++)
        {
            Span<byte> sample = memory.Slice(slot * sampleSize, sampleSize);
            Span<int> retained = _retained.AsSpan(slot * k, k);
            foreach (int position in retained)
                _null.WritePixel(0, sample, position, _positions);
            _sampler.Sample(key, batch.Stage, batch.SampleOf(slot), retained);
            foreach (int position in retained)
                row.WritePixel(position, sample, position, _positions);
        }
    }
}
