namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Lists the images of a folder that has one folder per class.</summary>
internal static class ImageFolder
{
    private static readonly string[] s_extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    // What systems leave in folders; names with a dot first are hidden anyway.
    private static readonly string[] s_litter = ["Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX", "$RECYCLE.BIN", "System Volume Information", "@eaDir"];

    /// <summary>The images, sorted by class and then by file name, both ordinally; none is opened.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public static ImageListing List(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            string reason = File.Exists(full) ? "it is a file" : "it does not exist";
            throw new DirectoryNotFoundException($"The image folder '{full}' cannot be read: {reason}.");
        }
        DirectoryInfo[] classes = [.. FoldersIn(full)];
        if (classes.Length == 0)
        {
            throw new InvalidDataException(
                $"'{full}' has no folders in it, but one per class, with the images of the class, was expected. Give the folder above " +
                "the class folders.");
        }
        var files = new List<ImageFile>();
        var empty = new List<string>();
        var foreign = new List<string>();
        foreach (DirectoryInfo inner in classes)
        {
            int before = files.Count;
            foreach (FileInfo file in inner.EnumerateFiles().Where(file => !IsPassedOver(file)).OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                if (s_extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                    files.Add(new ImageFile(file.FullName, inner.Name));
                else
                    foreign.Add(Path.Combine(inner.Name, file.Name));
            }
            if (files.Count == before)
                empty.Add(inner.Name);
        }
        if (empty.Count > 0)
        {
            throw new InvalidDataException(
                $"Folders in '{full}' hold no image themselves: {Listed(empty)}. Every folder there counts as a class and needs files that " +
                $"end in {string.Join(", ", s_extensions)}; put images into it or move it away.");
        }
        return new ImageListing([.. files], foreign.Count == 0 ? null
            : $"Files in '{full}' are left out, because images end in {string.Join(", ", s_extensions)}: {Listed(foreign)}.");
    }

    /// <summary>The folders in a folder that count as classes, sorted by name; hidden ones and those that systems make do not.</summary>
    public static IEnumerable<DirectoryInfo> FoldersIn(string folder) =>
        new DirectoryInfo(folder).EnumerateDirectories().Where(inner => !IsPassedOver(inner)).OrderBy(inner => inner.Name, StringComparer.Ordinal);

    /// <summary>
    /// The same images in turn: the first of every class, then the second of every class, and so on, so that the first rows are of many
    /// classes.
    /// </summary>
    public static ImageFile[] InTurn(IEnumerable<ImageFile> files) =>
        [.. files.GroupBy(file => file.Label, StringComparer.Ordinal)
            .SelectMany(images => images.Select((file, place) => (file, place)))
            .OrderBy(image => image.place)
            .Select(image => image.file)];

    /// <summary>The first of some names, and how many more there are.</summary>
    public static string Listed(IReadOnlyCollection<string> names)
    {
        const int Shown = 5;
        string list = string.Join(", ", names.Take(Shown).Select(name => $"'{name}'"));
        return names.Count > Shown ? FormattableString.Invariant($"{list} and {names.Count - Shown:N0} more") : list;
    }

    /// <summary>Hidden by its name, as on macOS (<c>._1.jpg</c>, <c>.DS_Store</c>) and Linux, or by its attributes, or made by a system.</summary>
    private static bool IsPassedOver(FileSystemInfo entry) => entry.Name.StartsWith('.') || entry.Attributes.HasFlag(FileAttributes.Hidden)
        || s_litter.Contains(entry.Name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a folder with one folder per class holds.</summary>
/// <param name="Files">The images.</param>
/// <param name="Warning">Which files are left out and were perhaps meant as images; null for none.</param>
internal sealed record ImageListing(ImageFile[] Files, string? Warning);
