namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>Where images may come from.</summary>
internal sealed record DatasetRequest
{
    /// <summary>The environment variable that names a folder with data.</summary>
    public const string EnvironmentVariable = "ABLATION_DATA";

    /// <summary>The folder that the user gave; if set, MNIST, Fashion-MNIST, CIFAR-10 or class folders with images have to be there.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder that the environment names; used if MNIST or Fashion-MNIST is there.</summary>
    public string? EnvironmentFolder { get; init; }

    /// <summary>The download to try next, or null for none.</summary>
    public MnistDownload? Download { get; init; }

    /// <summary>The request of a command: its <c>--data</c> option, the environment variable, the public mirrors.</summary>
    /// <param name="dataFolder">The value of <c>--data</c>, or null.</param>
    /// <param name="allowDownload">Whether to ask the public mirrors.</param>
    public static DatasetRequest FromEnvironment(string? dataFolder, bool allowDownload = true) => new()
    {
        DataFolder = dataFolder,
        EnvironmentFolder = Environment.GetEnvironmentVariable(EnvironmentVariable),
        Download = allowDownload ? new MnistDownload() : null,
    };
}
