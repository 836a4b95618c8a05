using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>The rows that an ablation is fitted on.</summary>
/// <param name="host">The host, which can be cancelled.</param>
/// <param name="input">The rows.</param>
/// <param name="column">The column to ablate.</param>
/// <param name="layout">Where its values stand.</param>
/// <param name="options">How values are checked.</param>
internal sealed class AblationRows(IHost host, IDataView input, DataViewSchema.Column column, FeatureLayout layout, AblationOptions options)
{
    /// <summary>The name of the column.</summary>
    public string ColumnName => column.Name;

    public FeatureLayout Layout => layout;

    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void CheckAlive() => host.CheckAlive();

    /// <summary>Reads all rows in channel-major order; the array is the same each time.</summary>
    /// <exception cref="ArgumentException">A value cannot be encoded.</exception>
    public IEnumerable<float[]> Read() => Read(null).Select(row => row.Planar);

    /// <summary>How many classes a label has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is of another type.</exception>
    public int CountClasses(string labelColumnName) => ClassColumn.CountOf(ClassColumn.FindLabel(input.Schema, labelColumnName).Type);

    /// <summary>Reads all rows that have a class, in channel-major order; the array is the same each time.</summary>
    /// <exception cref="ArgumentException">A value cannot be encoded, or there is no such label.</exception>
    public IEnumerable<(int Class, float[] Planar)> ReadWithClasses(string labelColumnName)
        => Read(ClassColumn.FindLabel(input.Schema, labelColumnName)).Where(row => row.Class >= 0);

    private IEnumerable<(int Class, float[] Planar)> Read(DataViewSchema.Column? label)
    {
        var encoder = new AblationEncoder(column.Name, layout, options.Encoding, options.Encoding == AblationEncoding.Mean ? new float[layout.MeanCount] : null, options.NormalizedInput);
        var planar = new float[layout.Shape.Values];
        using DataViewRowCursor cursor = SingleCursor.Open(input, label is { } given ? [column, given] : [column]);
        ValueGetter<VBuffer<float>> getRow = cursor.GetGetter<VBuffer<float>>(column);
        ValueGetter<uint>? getClass = label is { } read ? ClassColumn.Getter(cursor, read) : null;
        VBuffer<float> row = default;
        uint number = 0;
        while (cursor.MoveNext())
        {
            host.CheckAlive();
            getRow(ref row);
            encoder.ReadRow(row, cursor.Position, planar);
            getClass?.Invoke(ref number);
            yield return ((int)number - 1, planar);
        }
    }
}
