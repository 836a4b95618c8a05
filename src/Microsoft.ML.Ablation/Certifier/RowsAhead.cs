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
    private readonly Queue<RowAhead> _pending = new();
    private bool _isEnded;

    /// <param name="input">The view.</param>
    /// <param name="classifier">How its rows are read.</param>
    /// <param name="seed">The seed of their ablations.</param>
    /// <param name="certifier">What certifies them; several are asked for at once.</param>
    /// <param name="limit">The most rows that are certified at once.</param>
    public RowsAhead(IDataView input, BoundBaseClassifier classifier, AblationSeed seed, RowCertifier certifier, Func<int> limit)
    {
        _cursor = SingleCursor.Open(input, [input.Schema[classifier.FeatureColumn.Index]]);
        _reader = new KeyedRow(classifier, _cursor, seed);
        (_certifier, _limit) = (certifier, limit);
    }

    /// <summary>The row at a position of the view, not before the one of the last call; null when there is none that can be read.</summary>
    public RowAhead? Take(long position)
    {
        while (_pending.TryPeek(out RowAhead? first) && first.Position < position)
            _pending.Dequeue();
        while (_pending.Count < _limit() && ReadNext(position) is { } next)
            _pending.Enqueue(new RowAhead(_cursor.Position, next, _certifier.CertifyAsync(_reader.Planar.ToArray(), next)));
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

/// <summary>A row that is being certified.</summary>
/// <param name="Position">Its position in the view.</param>
/// <param name="Key">The key of its ablations.</param>
/// <param name="Result">Its answer, when it is there.</param>
internal sealed record RowAhead(long Position, AblationKey Key, Task<RowResult> Result);
