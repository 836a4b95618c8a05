using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Certifies the next rows while the current one is in progress. It reads the view with a cursor of its own, and holds no more rows than
/// it is asked to.
/// </summary>
internal sealed class RowsAhead : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly KeyedRow _reader;
    private readonly RowVoter _voter;
    private readonly Queue<RowAhead> _pending = new();
    private bool _isEnded;

    /// <param name="input">The view.</param>
    /// <param name="session">How its rows are read.</param>
    /// <param name="voter">Who counts, and how many rows to submit at once.</param>
    public RowsAhead(IDataView input, VectorSession session, RowVoter voter)
    {
        _cursor = SingleCursor.Open(input, [input.Schema[session.Binding.FeatureColumn.Index]]);
        _reader = new KeyedRow(session.Binding, session.Seed, _cursor);
        _voter = voter;
    }

    /// <summary>The row at a position of the view, not before the one of the last call; null when there is none that can be read.</summary>
    public RowAhead? Take(long position)
    {
        while (_pending.TryPeek(out RowAhead? first) && first.Position < position)
            _pending.Dequeue();
        while (_pending.Count < _voter.RowsAtOnce && ReadNext(position) is { } next)
            _pending.Enqueue(new RowAhead(_cursor.Position, next, _voter.CertifyAsync(_reader.Planar.ToArray(), next)));
        return _pending.TryDequeue(out RowAhead? row) && row.Position == position ? row : null;
    }

    /// <summary>The key of the next row from a position on; null where there is none, or none that can be read.</summary>
    private AblationKey? ReadNext(long position)
    {
        try
        {
            while (!_isEnded && _cursor.MoveNext())
            {
                if (_cursor.Position >= position)
                    return _reader.Key;
            }
        }
        catch (Exception)
        {
            // Whoever reads the view comes to the same row, after those before it have been answered.
        }
        _isEnded = true;
        return null;
    }

    public void Dispose() => _cursor.Dispose();
}
