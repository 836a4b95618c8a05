using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>One thread's session, and the masks of its batch.</summary>
internal sealed class OnnxMaskStream : IMaskStream
{
    private readonly OnnxVoter _voter;
    private readonly MaskFamily _family;
    private readonly OnnxBatch _batch;
    private readonly MaskedSamples _samples;

    /// <param name="voter">The network and its input, of this stream alone.</param>
    /// <param name="family">The masks.</param>
    /// <param name="batchSize">Masks scored together.</param>
    public OnnxMaskStream(OnnxVoter voter, MaskFamily family, int batchSize)
    {
        (_voter, _family) = (voter, family);
        _batch = new OnnxBatch(voter.Network, batchSize);
        _samples = new MaskedSamples(family, voter.Null, batchSize);
        _samples.Clear(_batch.Images);
    }

    public float[] Score(ReadOnlySpan<float> planar)
    {
        EncodedRow row = _voter.EncodeRow(planar);
        int classes = _voter.ClassCount;
        var scores = new float[_family.Count * classes];
        for (int first = 0; first < _family.Count; first += _batch.Size)
        {
            int count = Math.Min(_batch.Size, _family.Count - first);
            _samples.Fill(_batch.Images, row, first, count);
            // Whole batches, so that the arithmetic is always the same.
            _batch.Score(_batch.Size)[..(count * classes)].CopyTo(scores.AsSpan(first * classes));
        }
        for (int mask = 0; mask < _family.Count; mask++)
            _batch.ToProbabilities(scores.AsSpan(mask * classes, classes));
        return scores;
    }

    public void Dispose() => _batch.Dispose();
}
