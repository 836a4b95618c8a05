namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>What a page shows and where it goes.</summary>
internal sealed record ReportRequest
{
    public required string Page { get; init; }

    /// <summary>The folder for plots as files; null for none.</summary>
    public required string? PlotFolder { get; init; }

    public required PlotFormat PlotFormat { get; init; }

    /// <summary>The first run's model; null for a page without images of its rows.</summary>
    public required string? Model { get; init; }

    /// <summary>The run folder of an attack; null for none.</summary>
    public required string? Attack { get; init; }

    /// <summary>The seed of the first run; null for the model's.</summary>
    public required ReadOnlyMemory<byte>? SecretSeed { get; init; }
}
