using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Any fitted ML.NET transformers, asked about ablations of one row after the other, in as many threads as allowed.</summary>
internal sealed class ChainThreads : IDisposable
{
    private readonly ChainPlan _plan;
    private readonly RowCopy _columns;
    private readonly AblationEncoder _encoder;
    private readonly ChainScorer[] _scorers;
    private readonly float[] _encoded;
    private bool _isChecked;

    /// <param name="plan">The transformers.</param>
    /// <param name="row">The row, of which columns beside the ablated one are read; null where the transformers read no others.</param>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="retention">Makes what a thread is told of retained positions.</param>
    /// <param name="threads">The most threads.</param>
    public ChainThreads(ChainPlan plan, DataViewRow? row, AblationEncoder encoder, Func<IRetention> retention, int threads)
    {
        _plan = plan;
        _columns = new RowCopy(row, plan.OtherColumns());
        _encoder = encoder;
        _encoded = new float[encoder.EncodedValues];
        _scorers = [.. Enumerable.Range(0, threads).Select(_ => new ChainScorer(plan, _columns, encoder, retention()))];
    }

    public int Count => _scorers.Length;

    public int ClassCount => ClassColumn.CountOf(_plan.Answer.Type);

    /// <summary>Shows a row, as it is now.</summary>
    public void Show(ReadOnlySpan<float> planar, AblationKey key)
    {
        _columns.Refresh();
        _encoder.EncodeAll(planar, _encoded);
        foreach (ChainScorer scorer in _scorers)
            scorer.Show(_encoded, key);
    }

    /// <summary>Does all pieces, each by one of the scorers.</summary>
    /// <param name="pieces">Their number.</param>
    /// <param name="samples">Some of the samples, on which the transformers are checked before several threads first ask them.</param>
    /// <param name="work">Does the piece of a number.</param>
    public void Run(int pieces, SampleRange samples, Action<ChainScorer, int> work)
    {
        if (pieces > 1 && !_isChecked)
        {
            _isChecked = true;
            ScorerCheck.Require(_scorers, samples);
        }
        int threads = Math.Min(_scorers.Length, pieces);
        if (threads <= 1)
        {
            for (int i = 0; i < pieces; i++)
                work(_scorers[0], i);
            return;
        }
        int next = -1;
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                for (int i = Interlocked.Increment(ref next); i < pieces; i = Interlocked.Increment(ref next))
                    work(_scorers[thread], i);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    public void Dispose() => Array.ForEach(_scorers, scorer => scorer.Dispose());
}
