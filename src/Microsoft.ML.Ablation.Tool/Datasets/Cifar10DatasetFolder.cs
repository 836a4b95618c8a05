using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>A directory that holds the binary version of CIFAR-10, itself or in the subfolder of the published archive.</summary>
internal sealed class Cifar10DatasetFolder : IDatasetFolder
{
    private readonly IDataView _test;

    private Cifar10DatasetFolder(string directory, IDataView test)
    {
        Directory = directory;
        _test = test;
    }

    public string Name => "CIFAR-10";

    public string Directory { get; }

    public string? Caveat => "contents not compared with the published ones";

    /// <summary>Looks for the test images, which every command needs; the training images are looked for when they are loaded.</summary>
    /// <returns>The folder, or null with a sentence that says why in <paramref name="missing"/>.</returns>
    /// <exception cref="InvalidDataException">The file of test images is there, but damaged or of another format.</exception>
    public static Cifar10DatasetFolder? Find(string directory, out string missing)
    {
        missing = "";
        try
        {
            return new Cifar10DatasetFolder(Path.GetFullPath(directory), new MLContext().Data.LoadCifar10(directory, Cifar10Split.Test));
        }
        catch (FileNotFoundException exception)
        {
            missing = exception.Message;
            return null;
        }
    }

    /// <summary>The 50,000 training images, with the columns of <see cref="DatasetCatalog.LoadCifar10"/>.</summary>
    public IDataView LoadTrain(MLContext ml) => ml.Data.LoadCifar10(Directory, Cifar10Split.Train);

    /// <summary>The 10,000 test images, with the columns of <see cref="DatasetCatalog.LoadCifar10"/>.</summary>
    public IDataView LoadTest(MLContext ml) => _test;
}
