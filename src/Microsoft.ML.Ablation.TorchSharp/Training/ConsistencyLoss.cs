using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The disagreement between predictions for several ablations of one row.</summary>
internal static class ConsistencyLoss
{
    /// <summary>
    /// Mean over rows and ablations of KL(F̂ ‖ F), where F is the prediction for one ablation and F̂ the mean prediction of its
    /// row (Jeong and Shin 2020, equation 6).
    /// </summary>
    /// <param name="scores">Scores before softmax, [rows · masks, classes], the ablations of a row consecutively.</param>
    /// <param name="masks">Ablations of each row.</param>
    /// <returns>A scalar, at least 0 up to rounding.</returns>
    public static Tensor Of(Tensor scores, int masks)
    {
        Tensor logs = log_softmax(scores, 1).reshape(-1, masks, scores.shape[1]);
        // The logarithm of the mean is computed from logarithms, so that no probability underflows.
        Tensor mean = logs.logsumexp(1, keepdim: true) - Math.Log(masks);
        return (mean.exp() * (mean - logs)).sum(2).mean();
    }
}
