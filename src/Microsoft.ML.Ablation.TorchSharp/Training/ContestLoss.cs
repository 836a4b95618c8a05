using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The gap between the weakest contest of a row's class and a target: a smooth form of what the rule Condorcet certifies.
/// </summary>
internal static class ContestLoss
{
    // In measurements, 2 and 4 gave equal results.
    private const double Sharpness = 2;

    /// <summary>
    /// Mean over rows of max(0, τ − min over j ≠ y of w_j), where y is the row's class, s are the scores, and w_j is the mean
    /// over the row's ablations of σ(2(s_y − s_j)): about the share of them on which y beats j.
    /// </summary>
    /// <param name="scores">Scores before softmax, [rows · masks, classes], the ablations of a row consecutively.</param>
    /// <param name="classes">The class of each ablation's row, [rows · masks] of Int64.</param>
    /// <param name="masks">Ablations of each row.</param>
    /// <param name="target">τ, greater than 0 and at most 1.</param>
    /// <returns>A scalar from 0 to τ.</returns>
    public static Tensor Of(Tensor scores, Tensor classes, int masks, double target)
    {
        Tensor own = scores.gather(1, classes.unsqueeze(1));
        return (target - Closest(global::TorchSharp.torch.sigmoid(Sharpness * (own - scores)), classes, masks)).relu().mean();
    }

    /// <summary>The share of a row's ablations on which its class outscores the class that it beats least often: [rows].</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor ClosestShare(Tensor scores, Tensor classes, int masks)
        => Closest(scores.gather(1, classes.unsqueeze(1)).gt(scores).to(ScalarType.Float32), classes, masks);

    private static Tensor Closest(Tensor won, Tensor classes, int masks)
    {
        long count = won.shape[1];
        // Adding 1 to the contest with itself, which is half won at most, excludes it from the minimum.
        return (won + one_hot(classes, count)).reshape(-1, masks, count).mean([1]).amin([1]);
    }
}
