using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>
/// How images are trained on where nothing is asked for. Fixed masks, each with a small network of its own, learn within minutes from few images, and certify as many rows as one likes in a
/// second; other networks have random ablations.
/// </summary>
/// <param name="Ablations">The ablations.</param>
/// <param name="BatchSize">Images of a step; null for the usual number.</param>
internal sealed record UsualTraining(AblationChoice Ablations, int? BatchSize)
{
    /// <summary>The number of masks for images of MNIST's size and larger ones.</summary>
    public const int MostMasks = 65;

    private const int LeastMasks = 3, PositionsOfMask = 12;

    /// <summary>A partition is learnt where that takes seconds: its time grows with the square of the values.</summary>
    private const int MostLearntValues = 1_024;

    private const int FewFiles = 2_000, SmallBatch = 32;

    /// <summary>For images of a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="network">The network that was asked for; null for the usual one.</param>
    /// <param name="seed">Which pixel goes to which mask.</param>
    public static UsualTraining Of(ImageShape shape, ImageNetwork? network, int seed)
        => new(network is null or ImageNetwork.PerMask ? Masks(shape, seed) : new RandomAblationChoice(new TuningPlan(shape).TrainedK), null);

    /// <summary>For image files: of few files, steps are small, so that there are enough of them.</summary>
    /// <param name="survey">The files.</param>
    /// <param name="size">The height and the width to which they are brought.</param>
    /// <param name="network">The network that was asked for; null for the usual one.</param>
    /// <param name="seed">Which pixel goes to which mask.</param>
    public static UsualTraining OfFiles(ImageFileSurvey survey, int size, ImageNetwork? network, int seed)
        => Of(new ImageShape(3, size, size), network, seed) with { BatchSize = survey.Files < FewFiles ? SmallBatch : null };

    private static MaskAblationChoice Masks(ImageShape shape, int seed)
    {
        // An odd number has no ties between two classes.
        int count = Math.Clamp(shape.Positions / PositionsOfMask, LeastMasks, MostMasks) - 1 | 1;
        AblationMasks masks = shape.Values <= MostLearntValues ? AblationMasks.LearnedPartition(count, seed: seed) : AblationMasks.Partition(count, seed);
        return new MaskAblationChoice(masks, "--masks", count, FormattableString.Invariant($"{count} masks"));
    }
}
