using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The gap between the weakest contest of a row's class and a target: a smooth form of what the rule Condorcet certifies.
/// </summary>
/// <param name="Sharpness">How steeply a contest on one ablation is won as scores part.</param>
/// <param name="HasSoftMinimum">Whether all contests near the weakest count, in the measure of one ablation of the row; else the weakest alone.</param>
internal readonly record struct ContestLoss(double Sharpness, bool HasSoftMinimum)
{
    /// <summary>For some random ablations of a row. In measurements, sharpness 2 and 4 gave equal results.</summary>
    public static ContestLoss OfSamples { get; } = new(2, HasSoftMinimum: false);

    /// <summary>For the fixed masks of a row, which are all that is certified.</summary>
    public static ContestLoss OfFixedMasks { get; } = new(1, HasSoftMinimum: true);

    /// <summary>
    /// Mean over rows of max(0, τ − min over j ≠ y of w_j), where y is the row's class, s are the scores, and w_j is the mean
    /// over the row's m ablations of σ(β(s_y − s_j)), with sharpness β: about the share of them on which y beats j. The soft minimum is
    /// −ln(Σ exp(−m w_j)) / m.
    /// </summary>
    /// <param name="scores">Scores before softmax, [rows · masks, classes], the ablations of a row consecutively.</param>
    /// <param name="classes">The class of each ablation's row, [rows · masks] of Int64.</param>
    /// <param name="masks">Ablations of each row.</param>
    /// <param name="target">τ, greater than 0 and at most 1.</param>
    /// <returns>A scalar, at least 0.</returns>
    public Tensor Of(Tensor scores, Tensor classes, int masks, double target)
    {
        Tensor own = scores.gather(1, classes.unsqueeze(1));
        Tensor wins = Wins(global::TorchSharp.torch.sigmoid(Sharpness * (own - scores)), classes, masks);
        Tensor closest = HasSoftMinimum ? -(-masks * wins).logsumexp(1) / masks : wins.amin([1]);
        return (target - closest).relu().mean();
    }

    /// <summary>The share of a row's ablations on which its class outscores the class that it beats least often: [rows].</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor ClosestShare(Tensor scores, Tensor classes, int masks)
        => Wins(scores.gather(1, classes.unsqueeze(1)).gt(scores).to(ScalarType.Float32), classes, masks).amin([1]);

    /// <summary>The share of a row's ablations on which its class beats each other, [rows, classes]; more than 1 for itself, so that it is never the minimum.</summary>
    private static Tensor Wins(Tensor won, Tensor classes, int masks)
        => (won + 2 * one_hot(classes, won.shape[1])).reshape(-1, masks, won.shape[1]).mean([1]);
}
