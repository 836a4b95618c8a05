using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>Reads the list of all classes: the first word of every line that is not blank is the name of a class folder.</summary>
internal static class ClassFile
{
    /// <summary>The classes in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folders">The class folders that the list must have.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It has no class, one twice, or lacks one of the folders.</exception>
    public static IReadOnlyList<string> Read(string path, IReadOnlyList<string> folders)
    {
        List<string> classes = [];
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            if (text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is not [string name, ..])
                continue;
            if (!lines.TryAdd(name, line))
            {
                throw new InvalidDataException($"The class file '{path}' has '{name}' in line {lines[name]} and in line {line}; "
                    + "list every class once.");
            }
            classes.Add(name);
        }
        if (classes.Count == 0)
            throw new InvalidDataException($"The class file '{path}' is empty; list the class folders, one a line.");
        string[] missing = [.. folders.Where(folder => !lines.ContainsKey(folder))];
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"The class file '{path}' lacks {ImageFolder.Listed(missing)}, for which there "
                + $"{(missing.Length == 1 ? "is a folder" : "are folders")} of images; the first word of a line is the name of a class folder.");
        }
        return classes;
    }
}
