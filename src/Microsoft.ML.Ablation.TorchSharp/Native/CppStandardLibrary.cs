using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The C++ standard library (libstdc++) that this process uses on Linux.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Tags">The symbol versions it defines.</param>
internal sealed record CppStandardLibrary(string Path, IReadOnlySet<string> Tags)
{
    /// <summary>Its name for the loader.</summary>
    public const string Name = "libstdc++.so.6";

    /// <summary>The newest <c>GLIBCXX_</c> version it defines, or null when it defines none.</summary>
    public string? NewestTag => Tags
        .Where(tag => tag.StartsWith("GLIBCXX_", StringComparison.Ordinal) && Version.TryParse(tag["GLIBCXX_".Length..], out _))
        .MaxBy(tag => Version.Parse(tag["GLIBCXX_".Length..]));

    /// <summary>Loads the library if necessary, and reads its symbol versions.</summary>
    /// <returns>The library; null if there is none or its file cannot be read.</returns>
    public static CppStandardLibrary? Find()
    {
        // The handle is kept: torch needs the library for as long as the process lives.
        if (!NativeLibrary.TryLoad(Name, out _))
            return null;
        string? path = LoadedModules.PathOf(Name);
        if (path is null)
            return null;
        try
        {
            return new CppStandardLibrary(path, ElfVersionDefinitions.Read(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Debug.WriteLine(e);
            return null;
        }
    }
}
