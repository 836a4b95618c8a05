using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>What <c>ablation tune</c> is asked for.</summary>
internal sealed record TuningRequest
{
    /// <summary>The folder of models and runs.</summary>
    public required string Folder { get; init; }

    /// <summary>How long it may take, nearly.</summary>
    public required TimeSpan Budget { get; init; }

    /// <summary>The share of images that has to be right; null for what <see cref="TuningChoice"/> takes.</summary>
    public required double? LeastAccuracy { get; init; }

    /// <summary>The network for random ablations; null for what <see cref="TuningPlan"/> takes.</summary>
    public required ImageNetwork? Network { get; init; }

    public required int Seed { get; init; }

    /// <summary>How many of the training images are used, from the first; null for all.</summary>
    public required int? TrainRows { get; init; }

    /// <summary>The options that name the data, as they were given, with a space before them.</summary>
    public required string DataOptions { get; init; }
}
