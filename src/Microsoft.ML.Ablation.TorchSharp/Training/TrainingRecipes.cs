using Microsoft.ML.Ablation.TorchSharp;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation;

/// <summary>
/// The trainings of the paper's experiments (Levine and Feizi, AAAI 2020), and one for fixed masks, as options of
/// <see cref="AblatedImageClassificationTrainer"/> that can be changed further: <c>TrainingRecipes.FixedMasks() with { Epochs = 5 }</c>.
/// </summary>
/// <remarks>
/// The numbers are those of the appendix, tables 1 to 4. Details that the appendix omits follow the published code: all rows of a
/// batch share an ablation (<see cref="MaskSharing.PerBatch"/>), no row is held out, and the last weights are the result. Its L2
/// weight penalty is the weight decay that <c>torch.optim.SGD</c> adds to the gradient. The appendix decides if the two differ:
/// when the learning rate falls, the code restarts from the last weights with a momentum of zero; here the momentum is kept.
/// <para>
/// The number k of retained pixels belongs to <c>RandomAblation</c>; the code's defaults are 45 for MNIST, 75 for CIFAR-10 and
/// 1,000 for ImageNet.
/// </para>
/// </remarks>
public static class TrainingRecipes
{
    /// <summary>
    /// MNIST (tables 1 and 2): the paper's network, 400 epochs in batches of 128, gradient descent with momentum 0.9, learning
    /// rate 0.01 for 200 epochs and 0.001 for 200, no weight decay.
    /// </summary>
    /// <returns>New options.</returns>
    public static Options PaperMnist() => new()
    {
        Network = ImageNetwork.Convolutional,
        Epochs = 400,
        BatchSize = 128,
        Optimizer = TrainingOptimizer.Sgd,
        LearningRate = 0.01,
        Schedule = LearningRateSchedule.MultiStep(0.1, 200),
        WeightDecay = 0,
        MaskSharing = MaskSharing.PerBatch,
        ValidationFraction = 0,
    };

    /// <summary>
    /// Fixed masks (<c>PartitionAblation</c>): a small network for each mask (<see cref="ImageNetwork.PerMask"/>), and a loss over all masks of an image at once, which is 0 where
    /// the class wins its closest contest on 70 % of the masks. Not of the paper, and made for the rule Condorcet.
    /// </summary>
    /// <returns>New options.</returns>
    public static Options FixedMasks() => new()
    {
        Network = ImageNetwork.PerMask,
        Epochs = 20,
        BatchSize = 128,
        LearningRate = 1e-2,
        Schedule = LearningRateSchedule.OneCycle(0.1),
        MasksPerImage = 0,
        ContestWeight = 250,
        ContestTarget = 0.7,
    };

    /// <summary>
    /// Bands of photographs (<c>BandAblation</c>): one convolutional network for all bands (<see cref="ImageNetwork.Bands"/>), and a loss against a patch of 5 × 5 pixels. Not of the
    /// paper, and made for the rule Condorcet. For small images such as CIFAR-10's.
    /// </summary>
    /// <remarks>Put <c>ml.Transforms.RandomCropFlip(4, flip: true)</c> before <c>BandAblation</c>.</remarks>
    /// <returns>New options.</returns>
    public static Options Bands() => new()
    {
        Network = ImageNetwork.Bands,
        Epochs = 20,
        BatchSize = 128,
        LearningRate = 1e-2,
        MasksPerImage = 0,
        ContestWeight = 5,
        ContestPatch = 5,
    };

    /// <summary>
    /// CIFAR-10 (table 3): ResNet-18, 400 epochs in batches of 128, gradient descent with momentum 0.9, learning rate 0.01 for
    /// 200 epochs and 0.001 for 200, weight decay 0.0005.
    /// </summary>
    /// <remarks>
    /// Training images are cropped at random with padding 4 and mirrored at random: put <c>ml.Transforms.RandomCropFlip(4, flip:
    /// true)</c> before <c>RandomAblation</c>.
    /// </remarks>
    /// <returns>New options.</returns>
    public static Options PaperCifar10() => new()
    {
        Network = ImageNetwork.ResNet18,
        Epochs = 400,
        BatchSize = 128,
        Optimizer = TrainingOptimizer.Sgd,
        LearningRate = 0.01,
        Schedule = LearningRateSchedule.MultiStep(0.1, 200),
        WeightDecay = 5e-4,
        MaskSharing = MaskSharing.PerBatch,
        ValidationFraction = 0,
    };

    /// <summary>
    /// ImageNet (table 4): ResNet-50, 36 epochs in batches of 256, gradient descent with momentum 0.9, learning rate 0.1 for 21
    /// epochs, 0.01 for 10 and 0.001 for 5, weight decay 0.0001.
    /// </summary>
    /// <remarks>
    /// Training images are cropped at random sizes and mirrored at random: put <c>ml.Transforms.RandomResizedCropFlip</c> to 224
    /// × 224 pixels before <c>RandomAblation</c>. Normalise the channels before the ablation, so that the encoding receives
    /// normalised values, with means 0.485, 0.456, 0.406 and standard deviations 0.229, 0.224, 0.225; this is in the code, not in
    /// the appendix. The code trains 30 epochs per run at one learning rate and has no schedule; its published weights are of
    /// epoch 36, as in the appendix.
    /// </remarks>
    /// <returns>New options.</returns>
    public static Options PaperImageNet() => new()
    {
        Network = ImageNetwork.ResNet50,
        Epochs = 36,
        BatchSize = 256,
        Optimizer = TrainingOptimizer.Sgd,
        LearningRate = 0.1,
        Schedule = LearningRateSchedule.MultiStep(0.1, 21, 31),
        WeightDecay = 1e-4,
        MaskSharing = MaskSharing.PerBatch,
        ValidationFraction = 0,
    };
}
