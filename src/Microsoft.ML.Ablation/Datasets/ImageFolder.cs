namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Lists the images of a folder that has one folder per class.</summary>
internal static class ImageFolder
{
    private static readonly string[] s_extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    /// <summary>The images, sorted by class and then by file name, both ordinally; none is opened.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some hold no image.</exception>
    public static ImageFile[] List(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            string reason = File.Exists(full) ? "it is a file" : "it does not exist";
            throw new DirectoryNotFoundException($"The image folder '{full}' cannot be read: {reason}.");
        }
        DirectoryInfo[] classes = [.. new DirectoryInfo(full).EnumerateDirectories().OrderBy(inner => inner.Name, StringComparer.Ordinal)];
        if (classes.Length == 0)
        {
            throw new InvalidDataException(
                $"'{full}' has no folders in it, but one per class, with the images of the class, was expected. Give the folder above " +
                "the class folders.");
        }
        var files = new List<ImageFile>();
        var empty = new List<string>();
        foreach (DirectoryInfo inner in classes)
        {
            int before = files.Count;
            files.AddRange(inner.EnumerateFiles()
                .Where(file => s_extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => new ImageFile(file.FullName, inner.Name)));
            if (files.Count == before)
                empty.Add(inner.Name);
        }
        if (empty.Count > 0)
        {
            throw new InvalidDataException(
                $"Folders in '{full}' hold no image themselves: {Listed(empty)}. Every folder there counts as a class and needs files that " +
                $"end in {string.Join(", ", s_extensions)}; put images into it or move it away.");
        }
        return [.. files];
    }

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
        return names.Count > Shown ? $"{list} and {names.Count - Shown:N0} more" : list;
    }
}
