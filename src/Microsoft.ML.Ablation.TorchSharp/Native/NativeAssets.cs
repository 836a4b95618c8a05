using System.Reflection;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Where an application may have its native libraries.</summary>
internal static class NativeAssets
{
    /// <summary>The first folder, in the order of <see cref="Folders"/>, that holds a file of this name, as the file's path.</summary>
    public static string? Find(string fileName, string runtimeIdentifier) => Folders(runtimeIdentifier)
        .Select(folder => Path.Combine(folder, fileName))
        .FirstOrDefault(File.Exists);

    /// <summary>
    /// Folders to look in: those of the host (deps.json, single-file extraction), the application's, those of the
    /// assemblies, and, for assemblies used from a package folder as notebooks and scripts do, those of its packages.
    /// </summary>
    public static IEnumerable<string> Folders(string runtimeIdentifier)
    {
        string native = Path.Combine("runtimes", runtimeIdentifier, "native");
        var folders = new List<string>();
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string search)
            folders.AddRange(search.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        folders.Add(AppContext.BaseDirectory);
        folders.Add(Path.Combine(AppContext.BaseDirectory, native));
        foreach (Assembly assembly in new[] { typeof(global::TorchSharp.torch).Assembly, typeof(NativeAssets).Assembly })
        {
#pragma warning disable IL3000 // Empty in a published single file, whose folders are those above.
            string location = assembly.Location;
#pragma warning restore IL3000
            if (Path.GetDirectoryName(location) is not { Length: > 0 } folder)
                continue;
            folders.Add(folder);
            folders.Add(Path.Combine(folder, native));
            folders.AddRange(PackageFolders(folder, native));
        }
        return folders.Distinct(StringComparer.Ordinal).Where(Directory.Exists);
    }

    /// <summary>For <c>packages/name/version/lib/framework</c>: the native folders of this and of torch's packages.</summary>
    private static IEnumerable<string> PackageFolders(string assemblyFolder, string native)
    {
        DirectoryInfo? lib = Directory.GetParent(assemblyFolder);
        if (lib is not { Name: "lib", Parent: { } version } || version.Parent?.Parent is not { } packages)
            yield break;
        yield return Path.Combine(version.FullName, native);
        foreach (DirectoryInfo package in packages.EnumerateDirectories("libtorch-*"))
        {
            foreach (DirectoryInfo restored in package.EnumerateDirectories().OrderByDescending(folder => Newest(folder.Name)))
                yield return Path.Combine(restored.FullName, native);
        }
    }

    private static Version Newest(string version) =>
        Version.TryParse(version.Split('-')[0], out Version? parsed) ? parsed : new Version(0, 0);
}
