using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tests.Voting;

/// <summary>Threads whose streams cannot be opened, as where memory is short.</summary>
[TestClass]
public sealed class StreamTests
{
    [TestMethod]
    public void A_source_whose_stream_cannot_be_opened_says_why_and_leaves_nothing_behind()
    {
        foreach (int failing in (int[])[1, 2, 3])
        {
            using var scorer = new Scorer(failing);
            Assert.AreEqual("no memory for a stream", Assert.ThrowsExactly<InvalidOperationException>(() => new CpuVoteSource(scorer, batchSize: 5, streams: 3)).Message);
            Assert.IsTrue(scorer.IsDisposed);
            Assert.AreEqual(scorer.Opened, scorer.Closed);
            using var masks = new Scorer(failing);
            Assert.AreEqual("no memory for a stream", Assert.ThrowsExactly<InvalidOperationException>(() => new ThreadedScoreSource(2, values: 4, threads: 3, masks.Open, masks)).Message);
            Assert.IsTrue(masks.IsDisposed);
            Assert.AreEqual(masks.Opened, masks.Closed);
        }
    }

    /// <summary>Opens streams but for the last so many.</summary>
    private sealed class Scorer(int failing) : IBatchScorer
    {
        private int _asked, _opened, _closed;

        public int Opened => _opened;

        public int Closed => _closed;

        public bool IsDisposed { get; private set; }

        public int ClassCount => 2;

        public EncodedRow EncodeRow(ReadOnlySpan<float> planar) => throw new NotSupportedException();

        public IBatchStream OpenStream(int batchSize) => Open();

        public Stream Open()
        {
            if (Interlocked.Increment(ref _asked) > 3 - failing)
                throw new InvalidOperationException("no memory for a stream");
            Interlocked.Increment(ref _opened);
            return new Stream(this);
        }

        public void Dispose() => IsDisposed = true;

        public sealed class Stream(Scorer scorer) : IBatchStream, IMaskStream
        {
            public ReadOnlySpan<float> Score(IScoringJob job, VoteBatch batch) => throw new NotSupportedException();

            public float[] Score(ReadOnlySpan<float> planar) => throw new NotSupportedException();

            public void Dispose() => Interlocked.Increment(ref scorer._closed);
        }
    }
}
