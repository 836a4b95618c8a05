using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// A directory with image files in one folder per class; or with such directories for training and testing in it, as ILSVRC2012 has them
/// (<see cref="ImageSplits"/>). Rows take classes in turn, so that the first of them are of many classes.
/// </summary>
internal sealed class ImageClassFolder : IDatasetFolder
{
    private readonly ImageSplits? _splits;
    private readonly Dictionary<string, ImageListing> _listings = [];

    private ImageClassFolder(string directory, ImageSplits? splits)
    {
        Directory = directory;
        _splits = splits;
    }

    public string Name => $"image folder {Path.GetFileName(Directory)}";

    public string Directory { get; }

    public string? Caveat => _splits is { Unused: { } unused }
        ? $"files are checked as they are read; '{Path.GetFileName(_splits.Test)}' is certified, '{unused}' is not used"
        : "files are checked as they are read";

    public bool HasTest => _splits?.Test is not null;

    public Func<IReadOnlyList<string>>? ListClasses
        => () => [.. ListTrain().Files.Select(file => file.Label).Distinct(StringComparer.Ordinal)];

    /// <summary>Looks for class folders; opens no file.</summary>
    /// <returns>The folder, or null with a sentence that says why in <paramref name="missing"/>.</returns>
    /// <exception cref="InvalidDataException">A part of the data exists twice.</exception>
    public static ImageClassFolder? Find(string directory, out string missing)
    {
        missing = "";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var folder = new ImageClassFolder(full, ImageSplits.Find(full));
        if (folder._splits is not null)
            return folder;
        try
        {
            folder.ListTrain();
            return folder;
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or InvalidDataException)
        {
            missing = $"No class folders with images found: {exception.Message}";
            return null;
        }
    }

    /// <summary>The images to train on, or all, with the columns of <see cref="DatasetCatalog.LoadImageFolder"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public IDataView LoadTrain(MLContext ml) => View(ml, ListTrain());

    /// <summary>The images to certify, or all, with the columns of <see cref="DatasetCatalog.LoadImageFolder"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public IDataView LoadTest(MLContext ml) => View(ml, List(_splits?.Test, ImageSplits.TestNames));

    private static IDataView View(MLContext ml, ImageListing listing) => DatasetCatalog.ViewOf(ml.Data, ImageFolder.InTurn(listing.Files), listing.Warning);

    private ImageListing ListTrain() => List(_splits?.Train, "'train'");

    private ImageListing List(string? part, string names)
    {
        string folder = _splits is null ? Directory : part
            ?? throw new DirectoryNotFoundException($"'{Directory}' has no folder {names} with one folder per class in it; make one.");
        if (!_listings.TryGetValue(folder, out ImageListing? listing))
            _listings.Add(folder, listing = ImageFolder.List(folder));
        return listing;
    }
}
