using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation;

/// <summary>The progress of a training, reported after every batch, and after every epoch with its validation.</summary>
public sealed class TrainingProgress
{
    internal TrainingProgress()
    {
    }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal init; }

    /// <summary>The number of epochs.</summary>
    public int Epochs { get; internal init; }

    /// <summary>Batches done in this epoch, from 1.</summary>
    public long Batch { get; internal init; }

    /// <summary>Batches per epoch.</summary>
    public long Batches { get; internal init; }

    /// <summary>
    /// Mean cross-entropy over the rows of this epoch so far, in nats; against the smoothed labels if <c>LabelSmoothing</c> is
    /// set, and without the terms of <c>Consistency</c>, <c>ContestWeight</c> and <c>Reconstruction</c>.
    /// </summary>
    public double Loss { get; internal init; }

    /// <summary>
    /// Share of the ablations of this epoch so far that the base classifier classified correctly, from 0 to 1. The accuracy of
    /// the smoothed classifier is higher.
    /// </summary>
    public double BaseAccuracy { get; internal init; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; internal init; }

    /// <summary>
    /// Mean cross-entropy on the rows held out, after the last completed epoch; null before that, or without such rows.
    /// </summary>
    public double? ValidationLoss { get; internal init; }

    /// <summary>
    /// Base accuracy on the rows held out, after the last completed epoch; null before that, or without such rows.
    /// </summary>
    public double? ValidationAccuracy { get; internal init; }

    /// <summary>Time since the start of training.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>Estimated time to the end of training.</summary>
    public TimeSpan TimeLeft { get; internal init; }
}
