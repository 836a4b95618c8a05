using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Which ablations a classifier is trained on and votes with: random ones, or the fixed masks of a family.</summary>
internal abstract record AblationChoice
{
    /// <summary>k; null where masks are fixed.</summary>
    public abstract int? RetainedPixels { get; }

    /// <summary>The masks in words; null where ablations are random.</summary>
    public abstract string? Masks { get; }

    /// <summary>Whether masks are made against patches; null where ablations are random.</summary>
    public abstract bool? AreAgainstPatches { get; }

    /// <summary>The step of a pipeline that ablates.</summary>
    public abstract IEstimator<ITransformer> ToEstimator(MLContext ml, TrainingSettings settings);

    /// <summary>Sets what the trainer does with such ablations, where neither a recipe nor an option says something else.</summary>
    /// <param name="trainer">The options to set.</param>
    /// <param name="network">The network that was asked for; null for the usual one.</param>
    public abstract void SetDefaults(AblatedImageClassificationTrainer.Options trainer, ImageNetwork? network);

    /// <summary>Checks the trainer's options when all of them are known.</summary>
    /// <exception cref="ArgumentException">An option has no meaning with such ablations.</exception>
    public abstract void Check(AblatedImageClassificationTrainer.Options trainer);
}
