using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The masks of a fixed family.</summary>
/// <param name="Chosen">How they are chosen.</param>
/// <param name="Option">The option that says so.</param>
/// <param name="Size">What it says: the number of masks, or the side of each.</param>
/// <param name="Description">They in words, such as "65 masks".</param>
internal sealed record MaskAblationChoice(AblationMasks Chosen, string Option, int Size, string Description) : AblationChoice
{
    /// <summary>The patches of most experiments.</summary>
    public const int UsualPatch = 5;

    /// <summary>The weight of the loss against a patch, for a network for each mask.</summary>
    public const int PatchWeight = 40;

    /// <summary>Whether the masks divide the pixels among them, against changed pixels.</summary>
    public bool IsPartition => !Chosen.IsAgainstPatches;

    public override int? RetainedPixels => null;

    public override string? Masks => Description;

    public override bool? AreAgainstPatches => Chosen.IsAgainstPatches;

    public override IEstimator<ITransformer> ToEstimator(MLContext ml, TrainingSettings settings) => ml.Transforms.MaskAblation(new MaskAblationOptions
    {
        Masks = Chosen,
        Encoding = settings.Encoding,
        NormalizedInput = settings.Normalize,
    });

    /// <summary>The training for fixed masks; learning rate and schedule are for the networks that are made for them.</summary>
    public override void SetDefaults(AblatedImageClassificationTrainer.Options trainer, ImageNetwork? network)
    {
        bool isBands = network == ImageNetwork.Bands;
        AblatedImageClassificationTrainer.Options usual = isBands ? TrainingRecipes.Bands() : TrainingRecipes.FixedMasks();
        trainer.Network = usual.Network;
        trainer.MasksPerImage = usual.MasksPerImage;
        trainer.ContestWeight = Chosen.IsAgainstPatches && !isBands ? PatchWeight : usual.ContestWeight;
        trainer.ContestTarget = usual.ContestTarget;
        trainer.ContestPatch = Chosen.IsAgainstPatches ? UsualPatch : null;
        if (network is null or ImageNetwork.PerMask or ImageNetwork.Bands)
            (trainer.Epochs, trainer.BatchSize, trainer.LearningRate, trainer.Schedule) = (usual.Epochs, usual.BatchSize, usual.LearningRate, usual.Schedule);
    }

    public override void Check(AblatedImageClassificationTrainer.Options trainer)
    {
        string? random = trainer switch
        {
            { InitialRetainedScale: not 1 } => FormattableString.Invariant($"--initial-retained-scale is {trainer.InitialRetainedScale}"),
            { Distillation: not 0 } => FormattableString.Invariant($"--distillation is {trainer.Distillation}"),
            { RetainedSpread: not 1 } => FormattableString.Invariant($"--retained-spread is {trainer.RetainedSpread}"),
            { Reconstruction: not 0 } => FormattableString.Invariant($"--reconstruction is {trainer.Reconstruction}"),
            { MaskSharing: MaskSharing.PerBatch } => "the images of a batch share an ablation, by --mask-sharing or --recipe",
            _ => null,
        };
        if (random is not null)
            throw new ArgumentException($"{random}, which is for random ablations, but masks are fixed ({Description}); leave it out.");
        if (trainer is { MixedPrecision: true, Network: ImageNetwork.PerMask })
            throw new ArgumentException("--mixed-precision is given, but --network PerMask computes in float32 alone; leave it out.");
    }

    public override string ToString() => Description;
}
