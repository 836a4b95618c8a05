using System.Reflection;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Finds the native libraries of an application.</summary>
internal static class NativeAssets
{
    /// <summary>The path of a file in the first of <see cref="Folders"/> that contains it; null if none does.</summary>
    public static string? Find(string fileName, string runtimeIdentifier) => Folders(runtimeIdentifier)
        .Select(folder => Path.Combine(folder, fileName))
        .FirstOrDefault(File.Exists);

    /// <summary>
    /// The folders to search: those of the host (deps.json, single-file extraction), of the application and of the assemblies,
    /// and those of the packages for assemblies in a package folder, as in notebooks and scripts.
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
#pragma warning disable IL3000 // Empty in a published single file, which uses the folders above.
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
