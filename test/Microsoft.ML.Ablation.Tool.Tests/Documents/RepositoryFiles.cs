namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>The files of the repository, without what is built, downloaded or local to one machine.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] s_leftOut =
        ["bin", "obj", "artifacts", ".git", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts", "data", "ablation-demo"];

    /// <summary>All files, as paths from the root with slashes, in the order of their names.</summary>
    public static string[] List(string pattern = "*")
        => [.. Walk(new DirectoryInfo(ToolProcess.RepositoryRoot), pattern)
            .Select(file => Path.GetRelativePath(ToolProcess.RepositoryRoot, file.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string PathOf(string file) => Path.Combine(ToolProcess.RepositoryRoot, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string pattern)
        => folder.EnumerateFiles(pattern).Where(IsKept)
            .Concat(folder.EnumerateDirectories().Where(IsKept).SelectMany(inner => Walk(inner, pattern)));

    private static bool IsKept(FileSystemInfo entry) => !s_leftOut.Contains(entry.Name);
}
