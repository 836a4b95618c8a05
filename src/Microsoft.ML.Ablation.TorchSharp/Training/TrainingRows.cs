using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A cursor over label and features of a training set.</summary>
internal sealed class TrainingRows : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly ImageColumn _images;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly ValueGetter<uint> _getLabel;
    private readonly ValueGetter<VBuffer<float>>? _getFeatures;
    private readonly AblationRandom? _random;
    private VBuffer<float> _features;
    private DataViewRowId _id;
    private uint _label;

    /// <param name="data">The view.</param>
    /// <param name="label">The label: a key.</param>
    /// <param name="features">The features; null to read only labels.</param>
    /// <param name="images">The layout of the features.</param>
    /// <param name="random">Shuffles the rows and draws fresh ablations; with null, both are fixed.</param>
    public TrainingRows(IDataView data, DataViewSchema.Column label, DataViewSchema.Column? features, ImageColumn images, AblationRandom? random)
    {
        _images = images;
        _random = random;
        _cursor = SingleCursor.Open(data, features is { } column ? [label, column] : [label], random);
        _getId = _cursor.GetIdGetter();
        _getLabel = _cursor.GetGetter<uint>(label);
        _getFeatures = features is { } used ? _cursor.GetGetter<VBuffer<float>>(used) : null;
    }

    /// <summary>The identity of the row, independent of the order.</summary>
    public DataViewRowId Id => _id;

    /// <summary>The row's position in the order of this cursor, from 0.</summary>
    public long Position => _cursor.Position;

    /// <summary>Whether the row has a label; rows without one are skipped, as everywhere in ML.NET.</summary>
    public bool HasLabel => _label != 0;

    public bool MoveNext()
    {
        if (!_cursor.MoveNext())
            return false;
        _getId(ref _id);
        _getLabel(ref _label);
        return true;
    }

    /// <summary>
    /// Writes the row, in as many ablations as the batch has of each, to the batch's next row, without adding it to the batch.
    /// </summary>
    /// <exception cref="ArgumentException">A feature is not a finite number.</exception>
    public void Read(ImageBatch batch)
    {
        for (int mask = 0; mask < batch.Masks; mask++)
        {
            _random?.Mask = mask;
            Read(batch.NextImage(mask));
        }
        if (batch.HasWholeImages)
        {
            _random!.IsWhole = true;
            Read(batch.NextImage(batch.Masks));
            _random.IsWhole = false;
        }
        batch.NextClass = _label - 1;
    }

    private void Read(Span<float> image)
    {
        _getFeatures!(ref _features);
        _images.CopyPlanar(_features, image);
        foreach (float value in image)
        {
            if (!float.IsFinite(value))
                throw NotFinite();
        }
    }

    public void Dispose() => _cursor.Dispose();

    private ArgumentException NotFinite()
    {
        float[] values = _features.DenseValues().ToArray();
        int slot = Array.FindIndex(values, value => !float.IsFinite(value));
        string row = _id.High == 0 ? $"{_id.Low}" : $"{_id}";
        return new ArgumentException(FormattableString.Invariant(
            $"Row {row} of column '{_images.Name}' has {values[slot]} in slot {slot}; features must be finite. Replace or drop such rows."));
    }
}
