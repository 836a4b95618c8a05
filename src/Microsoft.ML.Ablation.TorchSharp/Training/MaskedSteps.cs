using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Shows the rows of each step through fixed masks: all of them, or some that are drawn for the step.</summary>
/// <param name="set">The masks; the caller disposes them.</param>
/// <param name="masksPerImage">The number for each step; 0 for all.</param>
/// <param name="seed">The seed of the training.</param>
/// <param name="patches">The loss against a patch; null where contests have a target instead. The caller disposes it.</param>
internal sealed class MaskedSteps(MaskSet set, int masksPerImage, TrainingSeed seed, PatchContestLoss? patches)
{
    public MaskSet Set => set;

    /// <summary>The number of masks in a step.</summary>
    public int MasksPerStep => masksPerImage == 0 ? set.Family.Count : masksPerImage;

    /// <summary>The loss of contests, as <see cref="ContestLoss.Of"/> or <see cref="PatchContestLoss.Of"/> have it.</summary>
    /// <param name="scores">The scores of a step.</param>
    /// <param name="classes">The class of each ablation's row.</param>
    /// <param name="target">τ, where there is no patch.</param>
    public Tensor ContestsOf(Tensor scores, Tensor classes, double target)
        => patches is null ? ContestLoss.OfFixedMasks.Of(scores, classes, MasksPerStep, target) : patches.Of(scores, classes);

    /// <summary>Scores before softmax for a step of training: [count · masks, classes], the masks of a row consecutively.</summary>
    /// <param name="network">The network.</param>
    /// <param name="whole">Encoded whole images.</param>
    /// <param name="at">The step.</param>
    /// <param name="mixed">Whether the step computes in mixed precision, as networks of this library can.</param>
    public Tensor Forward(AblationNetwork network, Tensor whole, TrainingPosition at, bool mixed)
    {
        Tensor? chosen = set.Chosen(MasksOf(at));
        return (mixed ? ((FunctionalNetwork)network).ForwardMasksInMixedPrecision(whole, set, chosen) : network.ForwardMasks(whole, set, chosen, training: true)).flatten(0, 1);
    }

    /// <summary>The masks of a step, different ones; a function of the step, so that a resumed training has the same. Null for all.</summary>
    private int[]? MasksOf(TrainingPosition at)
    {
        if (MasksPerStep == set.Family.Count)
            return null;
        int[] masks = [.. Enumerable.Range(0, set.Family.Count)];
        new Random(seed.Masks(at.Epoch, at.Batch)).Shuffle(masks);
        return masks[..MasksPerStep];
    }
}
