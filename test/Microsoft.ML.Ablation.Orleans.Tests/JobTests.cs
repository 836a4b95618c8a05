using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Client;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>Every sample is counted once, however pieces are cut, lost, doubled and late.</summary>
[TestClass]
public sealed class JobTests
{
    private static readonly VoteSubject s_subject = new(new string('0', 64), [1, 28, 28], 45, null, Ballot.Plurality);

    private static CountJob Job(params SampleRange[] ranges) => new(s_subject, new RowKey(1, 2, 3), new float[784], ranges, countLength: 1);

    private static WorkerState Worker() => new("worker");

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(125, 1)]
    [DataRow(1_000, 2)]
    public async Task Pieces_that_are_lost_and_done_twice_add_up_to_every_sample_once(int atOnce, int seed)
    {
        var random = new Random(seed);
        for (int trial = 0; trial < 200; trial++)
        {
            SampleRange[] ranges = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => new SampleRange((AblationStage)i, (uint)random.Next(3_000), random.Next(1, 9_000)))];
            CountJob job = Job(ranges);
            var seen = new HashSet<(AblationStage, uint)>();
            WorkerState[] workers = [.. Enumerable.Range(0, 3).Select(_ => Worker())];
            var late = new List<Piece>();
            while (!job.IsOver)
            {
                WorkerState worker = workers[random.Next(workers.Length)];
                if (!job.HasWorkFor(worker))
                {
                    // Whatever is out comes back, or is done late by the worker that had it.
                    foreach (Piece piece in late.ToArray())
                    {
                        if (random.Next(2) == 0)
                            job.GiveBack(piece);
                        else
                            Count(piece);
                    }
                    continue;
                }
                Piece taken = job.Take(worker, random.Next(1, 5_000), random.Next(1, 4), atOnce);
                Assert.IsNotEmpty(taken.Ranges);
                switch (random.Next(4))
                {
                    case 0:
                        job.GiveBack(taken);
                        break;
                    case 1:
                        late.Add(taken);
                        break;
                    case 2:
                        job.GiveBack(taken);
                        Count(taken);
                        break;
                    default:
                        Count(taken);
                        break;
                }
            }
            foreach (Piece piece in late)
                Count(piece);
            int[][] counts = await job.Result;
            CollectionAssert.AreEqual(ranges.Select(range => range.Count).ToArray(), counts.Select(count => count[0]).ToArray());
            Assert.HasCount(ranges.Sum(range => range.Count), seen);

            void Count(Piece piece)
            {
                foreach ((_, SampleRange range) in piece.Ranges)
                {
                    for (uint i = 0; i < range.Count; i++)
                        seen.Add((range.Stage, range.First + i));
                }
                job.Complete(piece, new PieceAnswer(PieceState.Counted, [.. piece.Ranges.Select(part => new[] { part.Range.Count })]));
            }
        }
    }

    [TestMethod]
    public void Pieces_end_where_batches_end()
    {
        CountJob job = Job(new SampleRange(AblationStage.Selection, 0, 1_000), new SampleRange(AblationStage.Estimation, 300, 4_000));
        WorkerState worker = Worker();
        var ends = new List<uint>();
        while (job.HasWork)
        {
            Piece piece = job.Take(worker, most: 700, share: 1, atOnce: 125);
            ends.AddRange(piece.Ranges.Where(part => part.Range.First + part.Range.Count is not (1_000 or 4_300)).Select(part => part.Range.First + (uint)part.Range.Count));
        }
        Assert.IsTrue(ends.All(end => end % 125 == 0), string.Join(' ', ends));
        Assert.IsGreaterThan(4, ends.Count);
    }

    [TestMethod]
    public void A_row_is_sent_to_a_worker_once_and_a_doubled_piece_not_to_the_one_that_hangs()
    {
        CountJob job = Job(new SampleRange(AblationStage.Estimation, 0, 300));
        WorkerState slow = Worker(), other = Worker();
        Piece first = job.Take(slow, 100, 1, 1), second = job.Take(slow, 100, 1, 1);
        Assert.IsTrue(first.NeedsRow);
        Assert.IsFalse(second.NeedsRow);
        Assert.IsTrue(job.Take(other, 100, 1, 1).NeedsRow);
        first.IsDoubled = true;
        job.GiveBack(first);
        Assert.IsFalse(job.HasWorkFor(slow));
        Assert.IsTrue(job.HasWorkFor(other));
        Assert.AreSame(first, job.Take(other, 100, 1, 1));
    }

    [TestMethod]
    public void Requests_beyond_the_limits_are_named()
    {
        var key = new RowKey(1, 2, 3);
        SampleSpan one = new(AblationStage.Estimation, 0, 10);
        Assert.IsNull(new PieceRequest(s_subject, key, new float[784], [one], null).Problem());
        Assert.IsNull(new PieceRequest(s_subject, key, null, [one], null).Problem());
        Assert.Contains("783 values", new PieceRequest(s_subject, key, new float[783], [one], null).Problem()!);
        Assert.Contains("0 ranges", new PieceRequest(s_subject, key, null, [], null).Problem()!);
        Assert.Contains("17 ranges", new PieceRequest(s_subject, key, null, [.. Enumerable.Repeat(one, 17)], null).Problem()!);
        Assert.IsNotNull(new PieceRequest(s_subject, key, null, [one with { Count = 0 }], null).Problem());
        Assert.IsNotNull(new PieceRequest(s_subject, key, null, [one with { Stage = (AblationStage)77 }], null).Problem());
        Assert.IsNotNull(new PieceRequest(s_subject, key, null, [one with { First = uint.MaxValue }], null).Problem());
        Assert.Contains("10,000,000", new PieceRequest(s_subject, key, null, [one with { Count = 10_000_001 }], null).Problem()!);
    }
}
