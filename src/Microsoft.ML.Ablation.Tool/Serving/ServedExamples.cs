namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>The first rows of some data. Each is read once, when somebody first asks for it.</summary>
internal sealed class ServedExamples : IDisposable
{
    /// <summary>The most rows.</summary>
    public const int Most = 240;

    private readonly Lock _lock = new();
    private readonly IEnumerator<ServedExample> _rows;
    private readonly List<ServedExample> _read = [];

    /// <param name="name">The name of the data.</param>
    /// <param name="count">The number of rows; null where it is not known.</param>
    /// <param name="rows">The rows.</param>
    public ServedExamples(string name, long? count, IEnumerable<ServedExample> rows)
    {
        (Name, Count, _rows) = (name, (int)Math.Min(Most, count ?? Most), rows.GetEnumerator());
    }

    /// <summary>The name of the data.</summary>
    public string Name { get; }

    /// <summary>How many rows there are to choose from; fewer, where the data end before.</summary>
    public int Count { get; }

    /// <summary>Some rows; none beyond the last.</summary>
    public IReadOnlyList<ServedExample> Take(int first, int count)
    {
        int end = Math.Min(Count, first + count);
        lock (_lock)
        {
            while (_read.Count < end && _rows.MoveNext())
                _read.Add(_rows.Current);
            return [.. _read.Skip(first).Take(end - first)];
        }
    }

    public void Dispose() => _rows.Dispose();
}
