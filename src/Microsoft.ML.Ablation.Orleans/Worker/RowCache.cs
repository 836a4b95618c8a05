using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>The rows that clients sent last, so that each goes over the network once for all its pieces. Bounded in bytes.</summary>
/// <param name="limit">The most bytes; the last row is kept whatever it takes.</param>
internal sealed class RowCache(long limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(RowKey Key, float[] Row)> _rows = new();
    private readonly Dictionary<RowKey, LinkedListNode<(RowKey Key, float[] Row)>> _byKey = [];
    private long _bytes;

    /// <summary>The row, the given one or one that was given before; null when there is none of the right size.</summary>
    public float[]? Find(RowKey key, float[]? given, int values)
    {
        lock (_lock)
        {
            if (_byKey.Remove(key, out LinkedListNode<(RowKey Key, float[] Row)>? node))
            {
                _rows.Remove(node);
                _bytes -= Bytes(node.Value.Row);
                if (node.Value.Row.Length == values)
                    given ??= node.Value.Row;
            }
            if (given is null)
                return null;
            _byKey.Add(key, _rows.AddLast((key, given)));
            _bytes += Bytes(given);
            while (_bytes > limit && _rows.Count > 1)
            {
                (RowKey oldest, float[] row) = _rows.First!.Value;
                _rows.RemoveFirst();
                _byKey.Remove(oldest);
                _bytes -= Bytes(row);
            }
            return given;
        }
    }

    private static long Bytes(float[] row) => row.LongLength * sizeof(float);
}
