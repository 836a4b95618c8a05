namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Which rows of a training batch share an ablation.</summary>
public enum MaskSharing
{
    /// <summary>Every row has its own, drawn anew in every epoch.</summary>
    PerSample = 0,

    /// <summary>
    /// All rows of a batch have the same, drawn anew for every batch: the loop of the paper's own experiments. Needs a view
    /// that can be shuffled, with the random ablation drawing afresh.
    /// </summary>
    PerBatch = 1,
}
