using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Makes TorchSharp loadable on Linux x64 whose libstdc++ lacks one version tag (docs/decisions/0002-native-torch-loading.md).
/// </summary>
internal static class LinuxTorchLoader
{
    /// <summary>The tag that TorchSharp's library requires but does not use.</summary>
    public const string UnusedTag = "GLIBCXX_3.4.32";

    /// <summary>The native half of TorchSharp.</summary>
    public const string Binding = "libLibTorchSharp.so";

    /// <summary>The only Linux for which TorchSharp has native packages.</summary>
    public const string RuntimeIdentifier = "linux-x64";

    // In the order of their dependencies. The CUDA libraries exist only if their package is installed.
    private static readonly string[] TorchLibraries =
        ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    /// <summary>
    /// Loads libtorch and a repaired copy of TorchSharp's library if this system needs them; otherwise does nothing.
    /// TorchSharp's own lookup by name then finds the loaded libraries.
    /// </summary>
    /// <returns>Whether a repaired copy was loaded.</returns>
    /// <exception cref="TorchRuntimeException">The repair is needed but not possible.</exception>
    [SupportedOSPlatform("linux")]
    public static bool Prepare()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || LoadedModules.PathOf(Binding) is not null)
            return false;
        CppStandardLibrary? standard = CppStandardLibrary.Find();
        if (standard is null || standard.Tags.Contains(UnusedTag))
            return false;

        string binding = NativeAssets.Find(Binding, RuntimeIdentifier)
            ?? throw TorchRuntimeFailure.Create($"{Binding} was not found.", standard, null);
        try
        {
            byte[] content = File.ReadAllBytes(binding);
            string[] missing = [.. ElfVersionNeeds.Read(content)
                .Where(need => need.Library == CppStandardLibrary.Name && !need.IsWeak && !standard.Tags.Contains(need.Tag))
                .Select(need => need.Tag)];
            if (missing.Length == 0)
                return false;
            if (missing.Any(tag => tag != UnusedTag))
                throw TorchRuntimeFailure.Create($"libstdc++ is too old: it lacks {string.Join(", ", missing)}.", standard, null);

            LoadTorch(standard);
            RepairedLibrary.Load(ElfVersionNeeds.Weaken(content, UnusedTag), Binding);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException
            or AggregateException or BadImageFormatException or DllNotFoundException and not TorchRuntimeException)
        {
            throw TorchRuntimeFailure.Create($"{binding} could not be loaded: {Reason(e)}", standard, e);
        }
    }

    private static void LoadTorch(CppStandardLibrary standard)
    {
        if (NativeAssets.Find("libtorch_cpu.so", RuntimeIdentifier) is null)
            throw TorchRuntimeFailure.Create("libtorch_cpu.so was not found.", standard, null);
        foreach (string library in TorchLibraries)
        {
            if (NativeAssets.Find(library, RuntimeIdentifier) is { } path)
                NativeLibrary.Load(path);
        }
    }

    private static string Reason(Exception e) =>
        e is AggregateException all ? string.Join(" ", all.InnerExceptions.Select(inner => inner.Message)) : e.Message;
}
