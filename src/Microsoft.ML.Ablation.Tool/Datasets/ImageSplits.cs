using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// The parts of a directory of image files, known by their names in any case: what is trained on (<c>train</c>), and what is certified:
/// <c>test</c>, and where that is missing <c>val</c>, <c>valid</c> or <c>validation</c>.
/// </summary>
/// <param name="Train">The folder that is trained on; null for none.</param>
/// <param name="Test">The folder that is certified; null for none.</param>
/// <param name="Unused">The name of a validation part beside a test part, which nothing uses; null for none.</param>
internal sealed record ImageSplits(string? Train, string? Test, string? Unused)
{
    /// <summary>The names, as a sentence lists them.</summary>
    public const string TestNames = "'test', 'val', 'valid' or 'validation'";

    private static readonly string[] s_validation = ["val", "valid", "validation"];

    /// <summary>The parts of a directory; null where it has none. A class may have such a name too; its folder then holds images, not folders.</summary>
    /// <exception cref="InvalidDataException">A part exists twice.</exception>
    public static ImageSplits? Find(string directory)
    {
        if (!Directory.Exists(directory))
            return null;
        string[] parts = [.. Directory.GetDirectories(directory).Where(HoldsFolders).Order(StringComparer.Ordinal)];
        string? train = Only("training", parts, ["train"]), validation = Only("validation", parts, s_validation), test = Only("test", parts, ["test"]);
        return train is null && validation is null && test is null
            ? null
            : new ImageSplits(train, test ?? validation, test is null || validation is null ? null : Path.GetFileName(validation));
    }

    private static string? Only(string part, string[] folders, string[] names)
    {
        string[] found = [.. folders.Where(folder => names.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase))];
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new InvalidDataException($"'{Path.GetDirectoryName(found[0])}' has the {part} part more than once, in "
                + $"{ImageFolder.Listed([.. found.Select(folder => Path.GetFileName(folder))])}; leave one there.");
    }

    private static bool HoldsFolders(string directory) => ImageFolder.FoldersIn(directory).Any();
}
