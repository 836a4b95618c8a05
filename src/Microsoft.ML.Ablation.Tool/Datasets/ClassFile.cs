using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// Reads the list of all classes, one on every line that is not blank. A class has the name of its folder; text after the name is a description. The
/// name ends at a tab. On a line without a tab the name is the whole line or its first words, whichever is the name of a folder; where no folder decides,
/// the other lines do. An ambiguous line is refused.
/// </summary>
internal static class ClassFile
{
    /// <summary>The classes in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folders">The class folders that the list must have.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It has no class, one twice, or lacks one of the folders; or it is not clear where a name ends.</exception>
    public static IReadOnlyList<string> Read(string path, IReadOnlyList<string> folders)
    {
        Line[] lines = [.. File.ReadLines(path).Select((text, index) => Line.Of(path, index + 1, text, folders)).Where(line => line.Words.Length > 0)];
        if (lines.Length == 0)
            throw new InvalidDataException($"The class file '{path}' is empty; list the class folders, one a line.");
        bool areNamesAlone = lines.Any(line => line.IsWholeFolder), areDescribed = lines.Any(line => line.IsDescribedFolder);
        List<string> classes = [];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Line line in lines)
        {
            string name = line.Name ?? (areNamesAlone, areDescribed) switch
            {
                (true, false) => line.Words,
                (false, true) => line.FirstWord,
                _ => throw line.Unclear($"'{line.FirstWord}' or '{line.Words}', neither of which is a folder of images"),
            };
            if (!numbers.TryAdd(name, line.Number))
            {
                throw new InvalidDataException($"The class file '{path}' has '{name}' in line {numbers[name]} and in line {line.Number}; "
                    + "list every class once.");
            }
            classes.Add(name);
        }
        string[] missing = [.. folders.Where(folder => !numbers.ContainsKey(folder))];
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"The class file '{path}' lacks {ImageFolder.Listed(missing)}, for which there "
                + $"{(missing.Length == 1 ? "is a folder" : "are folders")} of images; a line begins with the name of a class folder.");
        }
        return classes;
    }

    /// <summary>A line of the file.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Words">What stands before the tab, or all.</param>
    /// <param name="Name">The name of the class; null where it is not yet known.</param>
    private sealed record Line(string Path, int Number, string Words, string? Name)
    {
        public string FirstWord => Words.Split((char[]?)null, 2)[0];

        /// <summary>Whether several words are the name of a folder, all of them.</summary>
        public bool IsWholeFolder => Name == Words && Words != FirstWord;

        /// <summary>Whether words that are no part of the name follow it, without a tab.</summary>
        public bool IsDescribedFolder => Name is not null && Name != Words;

        /// <exception cref="InvalidDataException">It begins with the names of two folders.</exception>
        public static Line Of(string path, int number, string text, IReadOnlyList<string> folders)
        {
            string[] parts = text.TrimStart().Split('\t', 2);
            string words = parts[0].Trim();
            var line = new Line(path, number, words, null);
            // A tab, one word or a folder: nothing else can be meant.
            if ((parts.Length > 1 && words.Length > 0) || words == line.FirstWord || folders.Contains(words, StringComparer.Ordinal))
                return line with { Name = words };
            string[] begun = [.. folders.Where(folder => words.StartsWith(folder, StringComparison.Ordinal) && char.IsWhiteSpace(words[folder.Length]))];
            return begun.Length <= 1
                ? line with { Name = begun.FirstOrDefault() }
                : throw line.Unclear(string.Join(" or ", begun.Select(folder => $"'{folder}'")));
        }

        public InvalidDataException Unclear(string choices)
            => new($"In the class file '{Path}' line {Number}, '{Words}', may be the class {choices}; put a tab after the name.");
    }
}
