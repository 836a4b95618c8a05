using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>How to train: the options of the trainer and of the steps before it.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Which ablations there are.</summary>
    public AblationChoice Ablations { get; init; } = new RandomAblationChoice(RandomAblationChoice.UsualK);

    public AblationEncoding Encoding { get; init; }

    /// <summary>Seed of training and of the ablations that vote.</summary>
    public int Seed { get; init; }

    /// <summary>How many of the training images are used, from the first; null for all.</summary>
    public int? TrainRows { get; init; }

    /// <summary>How rows were divided before the training; null where the trainer divides them.</summary>
    public RowDivision? Division { get; init; }

    public int Crop { get; init; }

    public bool Flip { get; init; }

    public bool ResizedCrop { get; init; }

    public bool Normalize { get; init; }

    /// <summary>How image files become rows; null where rows hold pixels.</summary>
    public ImageFileSettings? ImageFiles { get; init; }

    /// <summary>Whether decoded images are kept in memory during the training.</summary>
    public bool CachesPixels { get; init; }

    public AblatedImageClassificationTrainer.Options Trainer { get; init; } = new();
}
