namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>What runs are called where their whole paths are too long.</summary>
internal static class RunNames
{
    /// <summary>The last part of each folder, with so many parts before it as tell them apart.</summary>
    /// <param name="folders">The folders as the user gave them.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> folders)
    {
        char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
        string[][] parts = [.. folders.Select(folder => Path.GetFullPath(folder).Split(separators, StringSplitOptions.RemoveEmptyEntries))];
        int longest = parts.Max(part => part.Length);
        for (int count = 1; count <= longest; count++)
        {
            string[] names = [.. parts.Select(part => string.Join('/', part.TakeLast(count)))];
            if (names.Distinct().Count() == parts.Select(part => string.Join('/', part)).Distinct().Count())
                return names;
        }
        return folders;
    }
}
