namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>What is asked about one row.</summary>
/// <param name="Values">A value for each column of the entry; null for a missing one.</param>
/// <param name="Entry">The number of the entry that it takes.</param>
internal sealed record ServedQuestion(IReadOnlyList<object?> Values, int Entry = 0)
{
    /// <summary>The content of a file that the model reads, and the column that takes the name of a file; null for none.</summary>
    public (int Column, byte[] Content)? File { get; init; }
}
