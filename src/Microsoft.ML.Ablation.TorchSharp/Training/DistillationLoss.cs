using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// How far the predictions for a row's ablations are from that for the first, which sees the most and is taken as given: the mean Kullback-Leibler divergence Σ t ln(t / p) over the
/// other ablations (Hinton, Vinyals and Dean 2015, at temperature 1).
/// </summary>
internal static class DistillationLoss
{
    /// <param name="scores">Scores before softmax, [count · masks, classes], the ablations of a row consecutively.</param>
    /// <param name="masks">Ablations of each row, at least 2.</param>
    public static Tensor Of(Tensor scores, int masks)
    {
        Tensor logarithms = scores.log_softmax(1).reshape(-1, masks, scores.shape[1]);
        Tensor teacher = logarithms.narrow(1, 0, 1).detach();
        return (teacher.exp() * (teacher - logarithms.narrow(1, 1, masks - 1))).sum(2).mean();
    }
}
