namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The results of an epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss over the rows trained on, in nats.</param>
/// <param name="BaseAccuracy">Share of their ablations that the base classifier classified correctly.</param>
/// <param name="ValidationLoss">Mean cross-entropy on the rows held out; null if there are none.</param>
/// <param name="ValidationAccuracy">Base accuracy on the rows held out; null if there are none.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Seconds">Its duration, validation included.</param>
internal sealed record EpochRecord(int Epoch, double Loss, double BaseAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double Seconds);
