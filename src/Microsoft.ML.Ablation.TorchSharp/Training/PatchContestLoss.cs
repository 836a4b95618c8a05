using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What is missing of a certificate against a patch, in a smooth form: for the fixed masks of a row and the rule Condorcet.</summary>
internal sealed class PatchContestLoss : IDisposable
{
    // More than any lead can be, so that the class itself is no competitor.
    private const double Excluded = 1e4;

    // τ. In measurements on MNIST and CIFAR-10 0.2 certified more than a loss that grows with what is missing, which the rows decide that cannot be won.
    private const double Softness = 0.2;

    private readonly Tensor _met;

    /// <param name="family">The masks.</param>
    /// <param name="shape">The image.</param>
    /// <param name="side">The side m of the patch, at most the sides of the image.</param>
    /// <param name="device">The device of the network.</param>
    public PatchContestLoss(MaskFamily family, ImageShape shape, int side, Device device)
    {
        int[][] placements = new PatchAttack(family, (shape.Height, shape.Width), (1, 1)).MasksMet(side);
        var met = new float[(long)placements.Length * family.Count];
        for (int placement = 0; placement < placements.Length; placement++)
        {
            foreach (int mask in placements[placement])
                met[(long)placement * family.Count + mask] = 1;
        }
        _met = TensorMemory.Copy<float>(met, [placements.Length, family.Count], ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>
    /// Mean over rows of σ((1 − M) / τN): about the share of rows without a certificate, with softness τ, so that rows far from one hardly count. M is the soft minimum over the
    /// placements P and the classes j ≠ y of Σ λ_j(n) over the masks n that P does not meet, less the number that it does, where λ_j(n) = 2σ(s_y − s_j) − 1 and y is the row's
    /// class: the lead that an attacker at P leaves to y. A certificate needs M &gt; 0.
    /// </summary>
    /// <param name="scores">Scores before softmax, [rows · N, classes], all masks of a row consecutively.</param>
    /// <param name="classes">The class of each ablation's row, [rows · N] of Int64.</param>
    /// <returns>A scalar from 0 to 1.</returns>
    public Tensor Of(Tensor scores, Tensor classes)
    {
        long masks = _met.shape[1], count = scores.shape[1];
        Tensor leads = ((scores.gather(1, classes.unsqueeze(1)) - scores) / 2).tanh().reshape(-1, masks, count);
        Tensor left = leads.sum(1L, keepdim: true) - _met.matmul(leads + 1);
        Tensor own = one_hot(classes.reshape(-1, masks).select(1, 0), count).to(ScalarType.Float32).unsqueeze(1);
        Tensor least = -(-(left + Excluded * own)).flatten(1).logsumexp(1);
        return ((1 - least) / (Softness * masks)).sigmoid().mean();
    }

    public void Dispose() => _met.Dispose();
}
