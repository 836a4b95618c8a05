using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// Counts the votes of a network on a GPU. The processor draws the retained positions, the same as on any device, and sends them;
/// the device scatters pixels, scores and counts. The processor runs ahead and waits for the device once per row, or once for
/// every <see cref="BatchesInFlight"/> batches of a long row.
/// </summary>
internal sealed class DeviceVoteSource : IVoteSource
{
    private const int BatchesInFlight = 64;
    private const long ValuesOfContests = 1L << 26;

    private readonly NetworkVoter _voter;
    private readonly int _batchSize;
    private readonly SubsetSampler[] _samplers;
    private readonly int[] _drawn;
    private readonly List<Tensor> _sent = [];
    private readonly Tensor _pixels;
    private readonly Tensor _null;
    private readonly Tensor _slotStarts;
    private readonly Tensor _ones;
    private readonly Lock _oneRow = new();
    private AnsweredBatch? _leftOver;
    private bool _disposed;

    /// <param name="voter">The network, on the device, and its input; this source becomes its owner.</param>
    /// <param name="batchSize">Samples scored together.</param>
    public DeviceVoteSource(NetworkVoter voter, int batchSize)
    {
        _voter = voter;
        _batchSize = batchSize;
        _samplers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new SubsetSampler(voter.Positions, voter.RetainedCount))];
        _drawn = new int[checked(batchSize * voter.RetainedCount)];
        using var scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Device device = voter.Network.Device;
        _pixels = voter.MakeInput(batchSize);
        _null = OnDevice(voter.Null).DetachFromDisposeScope();
        _slotStarts = (arange(batchSize, ScalarType.Int64, device) * voter.Positions).unsqueeze(1).DetachFromDisposeScope();
        _ones = ones([batchSize], ScalarType.Int64, device).DetachFromDisposeScope();
    }

    public int ClassCount => _voter.ClassCount;

    public int SamplesAtOnce => _batchSize;

    /// <summary>Makes a source with the largest batch that the device's free memory, or the limit, allows.</summary>
    /// <param name="voter">The network, on the device, and its input; the source becomes its owner.</param>
    /// <param name="memoryLimit">Bytes that a batch may take; null for all free memory.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits the limit.</exception>
    public static DeviceVoteSource Create(NetworkVoter voter, long? memoryLimit)
    {
        int[] sizes = [.. BatchShape.Sizes(voter.Network.WorkingValues, onCpu: false)];
        if (memoryLimit is { } limit)
        {
            int largest = BatchShape.Largest(sizes, voter.BytesPerSample, limit);
            sizes = [.. sizes.Where(size => size <= largest)];
        }
        int fitting = sizes.FirstOrDefault(size => Fits(voter, size), sizes[^1]);
        return new DeviceVoteSource(voter, fitting);
    }

    /// <summary>
    /// Tries a forward pass, because only the device's libraries know how much memory they need beside the layers.
    /// </summary>
    private static bool Fits(NetworkVoter voter, int size)
    {
        using var scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        try
        {
            using Tensor input = voter.MakeInput(size);
            voter.Network.Forward(input).cpu();
            return true;
        }
        catch (ExternalException e) when (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            EncodedRow row = _voter.EncodeRow(planar.Span);
            var job = new VoteJob(row, key, ranges, _batchSize, ClassCount, ballot, _leftOver);
            Tensor pixels = OnDevice(row);
            Tensor[] votes = [.. ranges.Select(_ => zeros([ballot.CountLength(ClassCount)], ScalarType.Int64, _voter.Network.Device))];
            foreach (VoteBatch[] batches in job.Batches.Chunk(BatchesInFlight))
            {
                for (int i = 0; i < batches.Length; i++)
                    Classify(job, batches[i], i, pixels, votes);
                // Sent memory must not be overwritten before it has arrived.
                if (_voter.Network.Device.type == global::TorchSharp.DeviceType.CUDA)
                    cuda.synchronize(_voter.Network.Device);
            }
            for (int i = 0; i < votes.Length; i++)
                job.Add(i, votes[i].cpu().data<long>().ToArray());
            _leftOver = job.LeftOver;
            return job.Votes;
        }
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            var job = new SingleSampleJob(_voter.EncodeRow(planar.Span), key, stage, samples, _batchSize, streams: 1, ClassCount);
            Tensor pixels = OnDevice(job.Row);
            while (job.Next() is { } batch)
                job.Add(batch, Score(key, batch, place: 0, pixels).cpu().data<float>().ToArray());
            return job.Answers;
        }
    }

    /// <summary>The scores of a batch's slots.</summary>
    private Tensor Score(AblationKey key, VoteBatch batch, int place, Tensor row)
    {
        Tensor positions = Send(key, batch, place).to(ScalarType.Int64);
        Tensor targets = (positions + _slotStarts).flatten();
        Tensor input = _pixels.view(-1, _null.shape[1]);
        input.copy_(_null);
        input.index_copy_(0, targets, row.index_select(0, positions.flatten()));
        return _voter.Network.Forward(_pixels);
    }

    private void Classify(VoteJob job, VoteBatch batch, int place, Tensor row, Tensor[] votes)
    {
        using var scope = NewDisposeScope();
        Tensor scores = Score(job.Key, batch, place, row);
        Tensor voting = scores.narrow(0, batch.Start, batch.End - batch.Start);
        if (job.Ballot == Ballot.Plurality)
            votes[batch.Range].index_add_(0, voting.argmax(1), _ones.narrow(0, 0, voting.shape[0]), 1);
        else
            AddContests(voting, votes[batch.Range]);
        if (batch.End < _batchSize)
            job.Keep(batch, scores.cpu().data<float>().ToArray());
    }

    /// <summary>
    /// Adds the contests of scores, [count, classes], in pieces that leave most of the device's memory to the network.
    /// </summary>
    private void AddContests(Tensor scores, Tensor contests)
    {
        Tensor table = contests.view(ClassCount, ClassCount);
        foreach (Tensor piece in scores.split(Math.Max(1, ValuesOfContests / contests.NumberOfElements)))
            table.add_(piece.unsqueeze(2).gt(piece.unsqueeze(1)).sum([0L], type: ScalarType.Int64));
        table.diagonal().add_(scores.shape[0]);
    }

    /// <summary>Draws the positions of a batch on all cores and starts their copy, [count, k] of Int32.</summary>
    private Tensor Send(AblationKey key, VoteBatch batch, int place)
    {
        int k = _voter.RetainedCount, slots = batch.FilledSlots(_batchSize);
        int share = (slots + _samplers.Length - 1) / _samplers.Length;
        Parallel.For(0, _samplers.Length, worker =>
        {
            for (int slot = worker * share; slot < Math.Min(slots, (worker + 1) * share); slot++)
                _samplers[worker].Sample(key, batch.Stage, batch.SampleOf(slot), _drawn.AsSpan(slot * k, k));
        });
        Device device = _voter.Network.Device;
        if (place == _sent.Count)
            _sent.Add(HostMemory(device));
        MemoryMarshal.AsBytes(_drawn.AsSpan()).CopyTo(_sent[place].bytes);
        return _sent[place].to(device, copy: false, disposeAfter: false, non_blocking: true);
    }

    /// <summary>Memory that the device can read while the processor continues.</summary>
    private Tensor HostMemory(Device device)
    {
        Tensor memory = empty([_batchSize, _voter.RetainedCount], ScalarType.Int32);
        return (device.type == global::TorchSharp.DeviceType.CUDA ? memory.pin_memory() : memory).DetachFromDisposeScope();
    }

    /// <summary>Pixels as [positions, channels].</summary>
    private Tensor OnDevice(EncodedRow row)
    {
        long pixels = row.Bytes.Length / row.PixelSize;
        using var scope = NewDisposeScope();
        Tensor memory = empty([pixels, _voter.Network.Shape.Channels], _voter.Network.Precision);
        row.Bytes.CopyTo(memory.bytes);
        return scope.MoveToOuter(memory.to(_voter.Network.Device));
    }

    public void Dispose()
    {
        lock (_oneRow)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (Tensor tensor in (Tensor[])[.. _sent, _pixels, _null, _slotStarts, _ones])
                tensor.Dispose();
            _voter.Dispose();
        }
    }
}
