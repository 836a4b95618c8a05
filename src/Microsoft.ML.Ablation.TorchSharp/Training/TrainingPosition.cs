namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The position of a batch in a training.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">The batch of the epoch, from 1.</param>
/// <param name="Batches">Batches per epoch.</param>
internal readonly record struct TrainingPosition(int Epoch, long Batch, long Batches)
{
    /// <summary>The number of epochs before the batch, fractions included.</summary>
    public double EpochsBefore => Epoch - 1 + (double)(Batch - 1) / Batches;

    /// <summary>The number of epochs up to the end of the batch, fractions included.</summary>
    public double EpochsAfter => Epoch - 1 + (double)Batch / Batches;
}
