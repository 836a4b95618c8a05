namespace Microsoft.ML.Ablation.Datasets;

/// <summary>A folder with the files of the binary version of CIFAR-10, under the names of its publishers.</summary>
internal static class Cifar10Folder
{
    /// <summary>The number of images in each file.</summary>
    public const int ImagesPerFile = 10_000;

    // What the published archive unpacks to.
    private const string Subfolder = "cifar-10-batches-bin";

    private static readonly string[] s_trainNames = [.. Enumerable.Range(1, 5).Select(number => $"data_batch_{number}.bin")];
    private static readonly string[] s_testNames = ["test_batch.bin"];

    /// <summary>Finds the files of a split, gzipped or not, in <paramref name="folder"/> or its <c>cifar-10-batches-bin</c>.</summary>
    /// <returns>The full paths, in the order of the images.</returns>
    /// <exception cref="FileNotFoundException">The folder or a file does not exist; all that are missing are named.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="split"/> is none of the values of the enumeration.</exception>
    public static string[] Find(string folder, Cifar10Split split)
    {
        string[] names = split switch
        {
            Cifar10Split.Train => s_trainNames,
            Cifar10Split.Test => s_testNames,
            _ => throw new ArgumentOutOfRangeException(nameof(split), split, "The split must be Train or Test."),
        };
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            string reason = File.Exists(full) ? "is a file, not a folder" : "does not exist";
            throw new FileNotFoundException($"No CIFAR-10 found: '{full}' {reason}.", full);
        }

        string inner = Path.Combine(full, Subfolder);
        string place = Directory.Exists(inner) && !names.Any(name => Existing(full, name) is not null) ? inner : full;
        string?[] paths = [.. names.Select(name => Existing(place, name))];
        string[] absent = [.. names.Where((_, i) => paths[i] is null)];
        if (absent.Length > 0)
        {
            throw new FileNotFoundException($"No CIFAR-10 found: '{place}' lacks {string.Join(", ", absent)} (the binary version is "
                + $"needed; each file may end in .gz; a subfolder '{Subfolder}' will do too).", Path.Combine(place, absent[0]));
        }
        return paths!;
    }

    private static string? Existing(string place, string name)
    {
        string path = Path.Combine(place, name);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }
}
