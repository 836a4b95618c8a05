using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>
/// One thread's session, and the masks of its batch. Only the pixels that a mask retains are written for a row, and become NULL again where the next batch has another mask.
/// </summary>
internal sealed class OnnxMaskStream : IMaskStream
{
    private readonly OnnxVoter _voter;
    private readonly MaskFamily _family;
    private readonly OnnxBatch _batch;
    private readonly int[] _shown;

    /// <param name="voter">The network and its input, of this stream alone.</param>
    /// <param name="family">The masks.</param>
    /// <param name="batchSize">Masks scored together.</param>
    public OnnxMaskStream(OnnxVoter voter, MaskFamily family, int batchSize)
    {
        (_voter, _family) = (voter, family);
        _batch = new OnnxBatch(voter.Network, batchSize);
        _shown = new int[batchSize];
        Array.Fill(_shown, -1);
        new AblatedSamples(voter.Encoder.Positions, 1, voter.Null, batchSize).Clear(_batch.Images);
    }

    public float[] Score(ReadOnlySpan<float> planar)
    {
        EncodedRow row = _voter.EncodeRow(planar);
        int classes = _voter.ClassCount;
        var scores = new float[_family.Count * classes];
        for (int first = 0; first < _family.Count; first += _shown.Length)
        {
            int count = Math.Min(_shown.Length, _family.Count - first);
            for (int slot = 0; slot < count; slot++)
                Fill(row, slot, first + slot);
            // Whole batches, so that the arithmetic is always the same.
            _batch.Score(_batch.Size)[..(count * classes)].CopyTo(scores.AsSpan(first * classes));
        }
        for (int mask = 0; mask < _family.Count; mask++)
            _batch.ToProbabilities(scores.AsSpan(mask * classes, classes));
        return scores;
    }

    private void Fill(EncodedRow row, int slot, int mask)
    {
        int size = _batch.Images.Length / _shown.Length, positions = _voter.Encoder.Positions;
        Span<byte> sample = _batch.Images.Slice(slot * size, size);
        if (_shown[slot] != mask && _shown[slot] >= 0)
        {
            foreach (int position in _family.Retained(_shown[slot]))
                _voter.Null.WritePixel(0, sample, position, positions);
        }
        foreach (int position in _family.Retained(mask))
            row.WritePixel(position, sample, position, positions);
        _shown[slot] = mask;
    }

    public void Dispose() => _batch.Dispose();
}
