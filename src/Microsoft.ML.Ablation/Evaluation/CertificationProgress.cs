namespace Microsoft.ML.Ablation;

/// <summary>How far a certification of many rows is.</summary>
/// <param name="RowsDone">Rows that are done.</param>
/// <param name="RowCount">All rows; null where the data does not tell before it is read.</param>
/// <param name="Elapsed">Time since the beginning.</param>
/// <param name="BaseModelCalls">Calls of the base model for the rows that are done; null where the model counts none, or drops its column with them.</param>
public sealed record CertificationProgress(long RowsDone, long? RowCount, TimeSpan Elapsed, long? BaseModelCalls)
{
    /// <summary>What the other rows take if they are as fast as those before; null before the first row, and where their number is not known.</summary>
    public TimeSpan? Remaining => RowCount is { } all && RowsDone > 0 ? Elapsed * ((double)(all - RowsDone) / RowsDone) : null;
}
