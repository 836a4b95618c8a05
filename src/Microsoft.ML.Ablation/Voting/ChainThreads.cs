using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Any fitted ML.NET transformers, asked about ablations of one row after the other, in as many threads as allowed.</summary>
internal sealed class ChainThreads<TAsker> : IDisposable
    where TAsker : ChainAsker
{
    // So few that threads end together, so many that what is between them does not count.
    private const int LargestPiece = 256;
    private const int SmallestPiece = 16;

    private readonly RowCopy _columns;
    private readonly TAsker[] _askers;
    private bool _isChecked;

    /// <param name="plan">The transformers.</param>
    /// <param name="row">The row, of which columns beside the ablated one are read; null where the transformers read no others.</param>
    /// <param name="threads">The most threads.</param>
    /// <param name="make">Makes what asks in one thread.</param>
    public ChainThreads(ChainPlan plan, DataViewRow? row, int threads, Func<RowCopy, TAsker> make)
    {
        _columns = new RowCopy(row, plan.OtherColumns());
        _askers = [.. Enumerable.Range(0, threads).Select(_ => make(_columns))];
    }

    public int Count => _askers.Length;

    /// <summary>The one that asks where there is one thread.</summary>
    public TAsker First => _askers[0];

    /// <summary>How many samples a piece has, of so many in all.</summary>
    public int PieceSize(long samples) => (int)Math.Clamp(samples / (4 * Count), SmallestPiece, LargestPiece);

    /// <summary>Shows a row, as it is now.</summary>
    public void Show(ShownRow row)
    {
        _columns.Refresh();
        foreach (TAsker asker in _askers)
            asker.Show(row);
    }

    /// <summary>Does all pieces, each by one of the threads.</summary>
    /// <param name="pieces">Their number.</param>
    /// <param name="samples">Some of the samples, on which the transformers are checked before several threads first ask them.</param>
    /// <param name="work">Does the piece of a number.</param>
    public void Run(int pieces, SampleRange samples, Action<TAsker, int> work)
    {
        if (pieces > 1 && !_isChecked)
        {
            _isChecked = true;
            AskerCheck.Require(_askers, samples);
        }
        int threads = Math.Min(_askers.Length, pieces);
        if (threads <= 1)
        {
            for (int i = 0; i < pieces; i++)
                work(_askers[0], i);
            return;
        }
        int next = -1;
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                for (int i = Interlocked.Increment(ref next); i < pieces; i = Interlocked.Increment(ref next))
                    work(_askers[thread], i);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    public void Dispose() => Array.ForEach(_askers, asker => asker.Dispose());
}
