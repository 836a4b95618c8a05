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

    /// <summary>Rows of tables are kept with their attributes; there are no images of them.</summary>
    /// <param name="run">The run of a table.</param>
    /// <exception cref="ArgumentException">Images are asked for.</exception>
    public void RefuseImages(string run)
    {
        if (Model is not null || Attack is not null)
            throw new ArgumentException($"{(Model is null ? "--attack" : "--model")} is for runs of images, but the rows of '{run}' are those of a table, which the run keeps; leave it out.");
    }
}
