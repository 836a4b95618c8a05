namespace Microsoft.ML.Ablation;

/// <summary>
/// How this library reads rows: in the caller's thread, one after the other. ML.NET's own way, <see cref="IDataView.GetRowCursor"/>, lets its
/// transforms read ahead in threads of their own, and an error of a row then comes as "Splitter/consolidator worker encountered exception
/// while consuming source data", without what the row's transform said, such as the name of a damaged file.
/// </summary>
internal static class SingleCursor
{
    /// <summary>Opens a cursor.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="columns">What is read of them.</param>
    /// <param name="rand">Shuffles rows that can be shuffled, and draws what transforms draw afresh, of others too; null for their own order.</param>
    public static DataViewRowCursor Open(IDataView view, IEnumerable<DataViewSchema.Column> columns, Random? rand = null)
        // Asked for one cursor, no view of ML.NET splits anything or reads ahead.
        => view.GetRowCursorSet(columns, 1, rand)[0];
}
