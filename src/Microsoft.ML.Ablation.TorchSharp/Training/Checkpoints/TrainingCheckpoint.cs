namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The whole state of a training after an epoch.</summary>
internal sealed record TrainingCheckpoint
{
    /// <summary>The training that it belongs to.</summary>
    public required TrainingFingerprint Fingerprint { get; init; }

    /// <summary>The epochs done, one record each.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>The steps done.</summary>
    public required long Step { get; init; }

    /// <summary>All parameters of the network, running statistics among them.</summary>
    public required float[][] Weights { get; init; }

    /// <summary>What the update rule remembers (<see cref="IUpdateRule.State"/>).</summary>
    public required float[][] UpdateState { get; init; }

    /// <summary>The averaged parameters, if any are kept.</summary>
    public float[][]? Averages { get; init; }

    /// <summary>The best weights so far, if any were validated.</summary>
    public required BestWeights Best { get; init; }
}
