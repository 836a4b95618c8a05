namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The complete state of a training after an epoch.</summary>
internal sealed record TrainingCheckpoint
{
    /// <summary>Identifies the training.</summary>
    public required TrainingFingerprint Fingerprint { get; init; }

    /// <summary>One record for each completed epoch.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>The number of steps.</summary>
    public required long Step { get; init; }

    /// <summary>All parameters of the network, including running statistics.</summary>
    public required float[][] Weights { get; init; }

    /// <summary>The state of the update rule (<see cref="IUpdateRule.State"/>).</summary>
    public required float[][] UpdateState { get; init; }

    /// <summary>The averaged parameters; null without averaging.</summary>
    public float[][]? Averages { get; init; }

    /// <summary>The best weights so far; empty without validation.</summary>
    public required BestWeights Best { get; init; }
}
