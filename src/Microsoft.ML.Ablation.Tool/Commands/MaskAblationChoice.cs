using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The masks of a fixed family.</summary>
/// <param name="Chosen">How they are chosen.</param>
/// <param name="Option">The option that says so.</param>
/// <param name="Size">What it says: the number of masks, or the side of each.</param>
/// <param name="Description">They in words, such as "65 masks".</param>
internal sealed record MaskAblationChoice(AblationMasks Chosen, string Option, int Size, string Description) : AblationChoice
{
    public override int? RetainedPixels => null;

    public override string? Masks => Description;

    public override bool? AreAgainstPatches => Chosen.IsAgainstPatches;

    /// <summary>Contests use what a mask says of every class, which is much where there are few masks.</summary>
    public override CertificationRule DefaultRule => CertificationRule.Condorcet;

    public override IEstimator<ITransformer> ToEstimator(MLContext ml, TrainingSettings settings) => ml.Transforms.MaskAblation(new MaskAblationOptions
    {
        Masks = Chosen,
        Encoding = settings.Encoding,
        NormalizedInput = settings.Normalize,
    });

    /// <summary>Every image is seen through a mask of its own: a batch behind one mask would teach the others nothing.</summary>
    public override void SetDefaults(AblatedImageClassificationTrainer.Options trainer) => trainer.MaskSharing = MaskSharing.PerSample;

    public override void Check(AblatedImageClassificationTrainer.Options trainer)
    {
        if (trainer.InitialRetainedScale != 1)
        {
            throw new ArgumentException(FormattableString.Invariant($"--initial-retained-scale is {trainer.InitialRetainedScale}, but fixed masks retain what they retain ")
                + $"({Description}); leave it out.");
        }
    }

    public override string ToString() => Description;
}
