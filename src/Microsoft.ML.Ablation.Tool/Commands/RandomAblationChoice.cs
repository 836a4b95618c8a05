using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Random ablations.</summary>
/// <param name="K">Retained pixels.</param>
internal sealed record RandomAblationChoice(int K) : AblationChoice
{
    /// <summary>The paper's for MNIST.</summary>
    public const int UsualK = 45;

    public override int? RetainedPixels => K;

    public override string? Masks => null;

    public override bool? AreAgainstPatches => null;

    public override IEstimator<ITransformer> ToEstimator(MLContext ml, TrainingSettings settings) => ml.Transforms.RandomAblation(new RandomAblationOptions
    {
        RetainedCount = K,
        Encoding = settings.Encoding,
        NormalizedInput = settings.Normalize,
        Seed = settings.Seed,
    });

    /// <summary>The trainer's own are for these.</summary>
    public override void SetDefaults(AblatedImageClassificationTrainer.Options trainer, ImageNetwork? network)
    {
    }

    public override void Check(AblatedImageClassificationTrainer.Options trainer)
    {
    }

    public override string ToString() => FormattableString.Invariant($"k = {K}");
}
