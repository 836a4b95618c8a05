using Microsoft.ML;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>A directory that holds the four files of MNIST, gzipped or not.</summary>
internal sealed class MnistFolder
{
    // Below the directory that the user names; the last one is where torchvision puts them.
    private static readonly string[] s_places = ["", "mnist", Path.Combine("MNIST", "raw")];

    private readonly Dictionary<MnistFile, string> _paths;

    private MnistFolder(string directory, Dictionary<MnistFile, string> paths)
    {
        Directory = directory;
        _paths = paths;
    }

    /// <summary>The full path of the directory with the files in it.</summary>
    public string Directory { get; }

    /// <summary>The full path of one of the files.</summary>
    public string this[MnistFile file] => _paths[file];

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
            var paths = new Dictionary<MnistFile, string>();
            foreach (MnistFile file in MnistFile.All)
                if (file.FileNames.Select(name => Path.Combine(candidate, name)).FirstOrDefault(File.Exists) is { } path)
                    paths.Add(file, path);
            string[] absent = [.. MnistFile.All.Where(file => !paths.ContainsKey(file)).Select(file => file.Name)];
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

    /// <summary>Finds the files, which have to be there, and checks their contents.</summary>
    /// <exception cref="FileNotFoundException">The directory or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file's content is not that of MNIST.</exception>
    public static MnistFolder Open(string directory, CancellationToken cancellationToken = default)
    {
        MnistFolder folder = Find(directory, out string missing)
            ?? throw new FileNotFoundException($"No MNIST found: {missing}.");
        folder.Check(cancellationToken);
        return folder;
    }

    /// <summary>Compares the uncompressed contents with the known SHA-256 sums.</summary>
    /// <exception cref="InvalidDataException">A file differs; all that do are named.</exception>
    public void Check(CancellationToken cancellationToken = default)
    {
        var differences = new List<string>();
        foreach (MnistFile file in MnistFile.All)
        {
            using FileStream stream = File.OpenRead(_paths[file]);
            if (file.Difference(stream, cancellationToken) is { } difference)
                differences.Add($"'{_paths[file]}': {difference}");
        }
        if (differences.Count > 0)
        {
            throw new InvalidDataException(
                $"These files are not those of MNIST: {string.Join("; ", differences)}. Fetch them again; " +
                "another data set in the same format has to be given as such, by its image and label files.");
        }
    }

    /// <summary>The 60,000 training images, with the columns of <see cref="DatasetCatalog.LoadIdx"/>.</summary>
    public IDataView LoadTrain(MLContext ml) => ml.Data.LoadIdx(_paths[MnistFile.TrainImages], _paths[MnistFile.TrainLabels]);

    /// <summary>The 10,000 test images, with the columns of <see cref="DatasetCatalog.LoadIdx"/>.</summary>
    public IDataView LoadTest(MLContext ml) => ml.Data.LoadIdx(_paths[MnistFile.TestImages], _paths[MnistFile.TestLabels]);
}
