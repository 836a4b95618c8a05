using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Certifies the rows that come next while the one before is waited for. It reads the view with a cursor of its own, and holds no more rows than
/// it is asked to.
/// </summary>
internal sealed class RowsAhead : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly KeyedRow _reader;
    private readonly RowCertifier _certifier;
    private readonly Func<int> _limit;
    private readonly Queue<Pending> _pending = new();
    private bool _isEnded;

    /// <param name="input">The view.</param>
    /// <param name="classifier">How its rows are read.</param>
    /// <param name="seed">The seed of their ablations.</param>
    /// <param name="certifier">What certifies them; several are asked for at once.</param>
    /// <param name="limit">The most rows that are certified at once.</param>
    public RowsAhead(IDataView input, BoundBaseClassifier classifier, ulong seed, RowCertifier certifier, Func<int> limit)
    {
        _cursor = input.GetRowCursor([input.Schema[classifier.FeatureColumn.Index]]);
        _reader = new KeyedRow(classifier, _cursor, seed);
        (_certifier, _limit) = (certifier, limit);
    }

    /// <summary>The answer for the row at a position of the view, not before the one of the last call. Null when it has another content there.</summary>
    public RowResult? Take(long position, AblationKey key)
    {
        while (_pending.TryPeek(out Pending? first) && first.Position < position)
            _pending.Dequeue();
        while (_pending.Count < _limit() && ReadNext(position) is { } next)
            _pending.Enqueue(new Pending(_cursor.Position, next, _certifier.CertifyAsync(_reader.Planar.ToArray(), next)));
        return _pending.TryDequeue(out Pending? row) && row.Position == position && row.Key == key ? row.Result.GetAwaiter().GetResult() : null;
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

    private sealed record Pending(long Position, AblationKey Key, Task<RowResult> Result);
}
