namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>How an epoch went.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss over the rows trained on, in nats.</param>
/// <param name="BaseAccuracy">Share of them that the base classifier got right on their ablations.</param>
/// <param name="ValidationLoss">Mean cross-entropy on the rows held out; null when none are.</param>
/// <param name="ValidationAccuracy">Base accuracy on the rows held out; null when none are.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Seconds">How long it took, with its validation.</param>
internal sealed record EpochRecord(int Epoch, double Loss, double BaseAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double Seconds);
