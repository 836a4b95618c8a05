using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>How far the answers to several ablations of one row are apart.</summary>
internal static class ConsistencyLoss
{
    /// <summary>
    /// Mean over rows and ablations of KL(F̂ ‖ F), where F is the answer to one ablation and F̂ the mean answer of its row (Jeong and
    /// Shin 2020, equation 6).
    /// </summary>
    /// <param name="scores">Scores before softmax, [rows · masks, classes], the ablations of a row one after the other.</param>
    /// <param name="masks">Ablations of each row.</param>
    /// <returns>A scalar, at least 0 up to rounding.</returns>
    public static Tensor Of(Tensor scores, int masks)
    {
        Tensor logs = log_softmax(scores, 1).reshape(-1, masks, scores.shape[1]);
        // The logarithm of the mean without leaving logarithms, so that no probability becomes 0.
        Tensor mean = logs.logsumexp(1, keepdim: true) - Math.Log(masks);
        return (mean.exp() * (mean - logs)).sum(2).mean();
    }
}
