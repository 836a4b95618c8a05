namespace Microsoft.ML.Ablation;

/// <summary>Which rows of a training batch share an ablation.</summary>
public enum MaskSharing
{
    /// <summary>Every row has its own, drawn anew in every epoch.</summary>
    PerSample = 0,

    /// <summary>
    /// All rows of a batch share one, drawn anew for every batch, as in the paper's experiments. Needs a view that can be
    /// shuffled, and fresh ablations.
    /// </summary>
    PerBatch = 1,
}
