using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>One stream of batches: an input tensor that is filled again and again, and the answers of the last batch.</summary>
internal sealed class VoteStream : IDisposable
{
    private readonly NetworkVoter _voter;
    private readonly SubsetSampler _sampler;
    private readonly Tensor _input;
    private readonly long[] _classes;
    private readonly byte[] _null;

    public VoteStream(NetworkVoter voter)
    {
        _voter = voter;
        _sampler = new SubsetSampler(voter.Positions, voter.RetainedPixels);
        ImageShape shape = voter.Input;
        _input = zeros([voter.BatchSize, shape.Channels, shape.Height, shape.Width], voter.Network.Precision).DetachFromDisposeScope();
        _classes = new long[voter.BatchSize];
        _null = voter.NullSample().Bytes;
    }

    /// <summary>The base classifier's class for each slot of a batch; valid until the next call.</summary>
    public ReadOnlySpan<long> Classify(VoteJob job, VoteBatch batch)
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        if (job.Row.ValueSize == sizeof(ushort))
            Fill<ushort>(job, batch);
        else
            Fill<float>(job, batch);
        Tensor input = _input.to(_voter.Network.Device);
        Tensor answers = _voter.Network.Forward(input).argmax(1).cpu();
        answers.data<long>().CopyTo(_classes);
        return _classes;
    }

    private void Fill<T>(VoteJob job, VoteBatch batch) where T : unmanaged
    {
        int positions = _voter.Positions, channels = _voter.Input.Channels;
        Span<T> all = MemoryMarshal.Cast<byte, T>(_input.bytes);
        ReadOnlySpan<T> row = MemoryMarshal.Cast<byte, T>(job.Row.Bytes);
        ReadOnlySpan<T> nothing = MemoryMarshal.Cast<byte, T>(_null);
        // Slots that do not vote yet cost no time, and may be asked for later; the exact stage has no samples beyond its last.
        int end = batch.Stage == AblationStage.Exact ? batch.End : _voter.BatchSize;
        for (int slot = 0; slot < end; slot++)
        {
            Span<T> sample = all.Slice(slot * row.Length, row.Length);
            nothing.CopyTo(sample);
            ReadOnlySpan<int> retained = _sampler.Sample(job.Key, batch.Stage, batch.First + (uint)slot);
            for (int channel = 0; channel < channels; channel++)
            {
                int start = channel * positions;
                foreach (int position in retained)
                    sample[start + position] = row[start + position];
            }
        }
    }

    public void Dispose() => _input.Dispose();
}
