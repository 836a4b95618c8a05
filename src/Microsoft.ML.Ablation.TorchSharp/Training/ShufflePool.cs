namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Shuffles rows that arrive in a fixed order: holds a number of them, and returns a random one for each arrival.
/// </summary>
internal sealed class ShufflePool(int capacity, Random random)
{
    private const long MostBytes = 256L << 20;
    private const int MostRows = 10_000;

    private readonly List<(float[] Image, long Class)> _rows = [];

    /// <summary>The number of rows to hold: at most 10,000, and at most 256 MiB.</summary>
    /// <param name="rowValues">Values per row.</param>
    public static int CapacityFor(int rowValues) => (int)Math.Clamp(MostBytes / ((long)rowValues * sizeof(float)), 2, MostRows);

    /// <summary>Exchanges the batch's next row for a random one of the pool.</summary>
    /// <returns>False while the pool is filling: it keeps the row and returns none.</returns>
    public bool Exchange(ImageBatch batch)
    {
        if (_rows.Count < capacity)
        {
            _rows.Add((batch.NextRow.ToArray(), batch.NextClass));
            return false;
        }
        int i = random.Next(capacity);
        (float[] image, long label) = _rows[i];
        Span<float> next = batch.NextRow;
        for (int j = 0; j < next.Length; j++)
            (image[j], next[j]) = (next[j], image[j]);
        _rows[i] = (image, batch.NextClass);
        batch.NextClass = label;
        return true;
    }

    /// <summary>Moves a random row of the pool to the batch.</summary>
    /// <returns>False when none is left.</returns>
    public bool Drain(ImageBatch batch)
    {
        if (_rows.Count == 0)
            return false;
        int i = random.Next(_rows.Count);
        (float[] image, long label) = _rows[i];
        _rows[i] = _rows[^1];
        _rows.RemoveAt(_rows.Count - 1);
        image.CopyTo(batch.NextRow);
        batch.NextClass = label;
        return true;
    }
}
