using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The input of a training.</summary>
/// <param name="Options">The trainer's options, checked.</param>
/// <param name="Set">The rows.</param>
/// <param name="Counts">The numbers of rows.</param>
/// <param name="Architecture">The layers of the network.</param>
/// <param name="Shape">The input and output of the trained network.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Device">The device.</param>
/// <param name="Masked">The fixed masks through which rows are shown; null where ablations are random.</param>
internal sealed record TrainingSetup(AblatedImageClassificationTrainer.Options Options, TrainingSet Set, RowCounts Counts,
    NetworkArchitecture Architecture, NetworkShape Shape, TrainingSeed Seed, Device Device, MaskedRows? Masked);
