using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Everything that a training is given.</summary>
/// <param name="Options">The trainer's options, checked.</param>
/// <param name="Set">The rows.</param>
/// <param name="Counts">How many rows there are.</param>
/// <param name="Architecture">The layers of the network.</param>
/// <param name="Shape">What the trained network takes in and gives out.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Device">Where to train.</param>
internal sealed record TrainingSetup(AblatedImageClassificationTrainer.Options Options, TrainingSet Set, RowCounts Counts,
    NetworkArchitecture Architecture, NetworkShape Shape, TrainingSeed Seed, Device Device);
