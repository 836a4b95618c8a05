using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// A directory with image files in one folder per class; or with two such directories <c>train</c> and <c>val</c> in it, as ILSVRC2012
/// has them. Rows take classes in turn, so that the first of them are of many classes.
/// </summary>
internal sealed class ImageClassFolder : IDatasetFolder
{
    private const string Train = "train", Validation = "val";

    private readonly bool _isSplit;
    private readonly Dictionary<string, ImageListing> _listings = [];

    private ImageClassFolder(string directory, bool isSplit)
    {
        Directory = directory;
        _isSplit = isSplit;
    }

    public string Name => $"image folder {Path.GetFileName(Directory)}";

    public string Directory { get; }

    public string? Caveat => "files are checked as they are read";

    public Func<IReadOnlyList<string>>? ListClasses
        => () => [.. List(Train).Files.Select(file => file.Label).Distinct(StringComparer.Ordinal)];

    /// <summary>Looks for class folders; opens no file.</summary>
    /// <returns>The folder, or null with a sentence that says why in <paramref name="missing"/>.</returns>
    public static ImageClassFolder? Find(string directory, out string missing)
    {
        missing = "";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        // A class may be called train or val too; its folder then holds images, not folders.
        if (HoldsFolders(Path.Combine(full, Train)) || HoldsFolders(Path.Combine(full, Validation)))
            return new ImageClassFolder(full, isSplit: true);
        try
        {
            var folder = new ImageClassFolder(full, isSplit: false);
            folder.List(Train);
            return folder;
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or InvalidDataException)
        {
            missing = $"No class folders with images found: {exception.Message}";
            return null;
        }
    }

    /// <summary>The images of <c>train</c>, or all, with the columns of <see cref="DatasetCatalog.LoadImageFolder"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public IDataView LoadTrain(MLContext ml) => View(ml, Train);

    /// <summary>The images of <c>val</c>, or all, with the columns of <see cref="DatasetCatalog.LoadImageFolder"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public IDataView LoadTest(MLContext ml) => View(ml, Validation);

    private IDataView View(MLContext ml, string part)
    {
        ImageListing listing = List(part);
        return DatasetCatalog.ViewOf(ml.Data, ImageFolder.InTurn(listing.Files), listing.Warning);
    }

    private ImageListing List(string part)
    {
        string folder = _isSplit ? Path.Combine(Directory, part) : Directory;
        if (!_listings.TryGetValue(folder, out ImageListing? listing))
            _listings.Add(folder, listing = ImageFolder.List(folder));
        return listing;
    }

    private static bool HoldsFolders(string directory) => System.IO.Directory.Exists(directory) && ImageFolder.FoldersIn(directory).Any();
}
