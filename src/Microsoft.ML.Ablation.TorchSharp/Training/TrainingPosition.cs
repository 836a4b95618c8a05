namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Where in a training a batch stands.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">The batch of the epoch, from 1.</param>
/// <param name="Batches">Batches per epoch.</param>
internal readonly record struct TrainingPosition(int Epoch, long Batch, long Batches)
{
    /// <summary>Epochs done before the batch, fractions included.</summary>
    public double EpochsBefore => Epoch - 1 + (double)(Batch - 1) / Batches;

    /// <summary>Epochs done after the batch, fractions included.</summary>
    public double EpochsAfter => Epoch - 1 + (double)Batch / Batches;
}
