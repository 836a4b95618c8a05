using Microsoft.ML;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>A directory that holds the four files of MNIST, gzipped or not; or those of Fashion-MNIST, which have the same names.</summary>
internal sealed class MnistFolder : IDatasetFolder
{
    // Below the directory that the user names; the last one is where torchvision puts them.
    private static readonly string[] s_places = ["", "mnist", Path.Combine("MNIST", "raw")];

    private readonly Dictionary<string, string> _paths; // by the file's name
    private readonly bool _isFashion;

    private MnistFolder(string directory, Dictionary<string, string> paths, bool isFashion = false)
    {
        Directory = directory;
        _paths = paths;
        _isFashion = isFashion;
    }

    /// <summary>"MNIST" or "Fashion-MNIST".</summary>
    public string Name => _isFashion ? "Fashion-MNIST" : "MNIST";

    public string? Caveat => _isFashion ? "known by its labels, its images not compared with the published ones" : null;

    /// <summary>The full path of the directory with the files in it.</summary>
    public string Directory { get; }

    /// <summary>The full path of one of the files.</summary>
    public string this[MnistFile file] => _paths[file.Name];

    /// <summary>Looks for the files in <paramref name="directory"/>, in its subfolders <c>mnist</c> and <c>MNIST/raw</c>.</summary>
    /// <returns>The folder, its contents not yet checked, or null with the reason in <paramref name="missing"/>.</returns>
    public static MnistFolder? Find(string directory, out string missing)
    {
        string full = Path.GetFullPath(directory);
        missing = "";
        if (!System.IO.Directory.Exists(full))
        {
            missing = $"the directory '{full}' does not exist";
            return null;
        }
        int fewest = int.MaxValue;
        foreach (string place in s_places)
        {
            string candidate = place.Length == 0 ? full : Path.Combine(full, place);
            var paths = new Dictionary<string, string>();
            foreach (MnistFile file in MnistFile.All)
                if (file.FileNames.Select(name => Path.Combine(candidate, name)).FirstOrDefault(File.Exists) is { } path)
                    paths.Add(file.Name, path);
            string[] absent = [.. MnistFile.All.Where(file => !paths.ContainsKey(file.Name)).Select(file => file.Name)];
            if (absent.Length == 0)
                return new MnistFolder(candidate, paths);
            if (absent.Length < fewest)
            {
                fewest = absent.Length;
                missing = $"'{candidate}' lacks {string.Join(", ", absent)} " +
                    "(each may end in .gz; a subfolder 'mnist' will do too)";
            }
        }
        return null;
    }

    /// <summary>Finds the files, which have to be there, and checks their contents: MNIST's, or with the labels of Fashion-MNIST.</summary>
    /// <exception cref="FileNotFoundException">The directory or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file's content is that of neither.</exception>
    public static MnistFolder Open(string directory, CancellationToken cancellationToken = default) =>
        Open(directory, MnistFile.FashionLabels, cancellationToken);

    /// <summary>As above, with other sums to know Fashion-MNIST by.</summary>
    internal static MnistFolder Open(string directory, IReadOnlyList<MnistFile> fashionLabels, CancellationToken cancellationToken)
    {
        MnistFolder folder = Find(directory, out string missing)
            ?? throw new FileNotFoundException($"No MNIST found: {missing}.");
        List<string> differences = folder.Differences(MnistFile.All, cancellationToken);
        if (differences.Count == 0)
            return folder;
        // A file of MNIST among the four would mean a mixture.
        if (differences.Count == MnistFile.All.Count && folder.Differences(fashionLabels, cancellationToken).Count == 0)
            return new MnistFolder(folder.Directory, folder._paths, isFashion: true);
        throw new InvalidDataException(
            $"These files are not those of MNIST: {string.Join("; ", differences)}; nor are they those of Fashion-MNIST. Fetch them again; " +
            "another data set in the same format is given to train and certify with --images and --labels.");
    }

    private List<string> Differences(IReadOnlyList<MnistFile> files, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        foreach (MnistFile file in files)
        {
            using FileStream stream = File.OpenRead(this[file]);
            if (file.Difference(stream, cancellationToken) is { } difference)
                differences.Add($"'{this[file]}': {difference}");
        }
        return differences;
    }

    /// <summary>The 60,000 training images, with the columns of <see cref="DatasetCatalog.LoadIdx"/>.</summary>
    public IDataView LoadTrain(MLContext ml) => ml.Data.LoadIdx(this[MnistFile.TrainImages], this[MnistFile.TrainLabels]);

    /// <summary>The 10,000 test images, with the columns of <see cref="DatasetCatalog.LoadIdx"/>.</summary>
    public IDataView LoadTest(MLContext ml) => ml.Data.LoadIdx(this[MnistFile.TestImages], this[MnistFile.TestLabels]);
}
