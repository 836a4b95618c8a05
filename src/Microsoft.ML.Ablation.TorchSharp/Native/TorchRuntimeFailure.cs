using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Explains why torch cannot be loaded, on which system, and what to do.</summary>
internal static class TorchRuntimeFailure
{
    /// <summary>The exception for a failed load.</summary>
    /// <param name="reason">The reason, as a sentence.</param>
    /// <param name="standard">The C++ library that was found; null if none was.</param>
    /// <param name="cause">The underlying exception; null if there is none.</param>
    public static TorchRuntimeException Create(string reason, CppStandardLibrary? standard, Exception? cause)
    {
        var lines = new List<string>
        {
            $"The native torch libraries cannot be loaded. {reason}",
            $"System: {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.RuntimeIdentifier}.",
        };
        if (OperatingSystem.IsLinux())
            lines.Add(StandardLibraryLine(standard));

        string? torch = FindTorch();
        lines.Add(torch is null
            ? "Native torch package: not found beside the application."
            : $"Native torch package: found, {torch}.");
        lines.Add($"What to do: {Advice(torch)}");
        return new TorchRuntimeException(string.Join(Environment.NewLine, lines), cause);
    }

    private static string StandardLibraryLine(CppStandardLibrary? standard) => standard is null
        ? $"C++ library: {CppStandardLibrary.Name} was not found or could not be read."
        : $"C++ library: {standard.Path}, newest version {standard.NewestTag ?? "unknown"}; needed is GLIBCXX_3.4.30 (GCC 12) or newer.";

    private static string? FindTorch()
    {
        string name = OperatingSystem.IsWindows() ? "torch_cpu.dll"
            : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        return NativeAssets.Find(name, NativeRuntimeIdentifier());
    }

    private static string NativeRuntimeIdentifier()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
    }

    private static string Advice(string? torch)
    {
        bool supported = (OperatingSystem.IsLinux(), OperatingSystem.IsMacOS(), RuntimeInformation.ProcessArchitecture) switch
        {
            (true, _, Architecture.X64) => true,
            (_, true, Architecture.Arm64) => true,
            (false, false, Architecture.X64 or Architecture.Arm64) => true,
            _ => false,
        };
        if (!supported)
            return "use Windows, Linux x64 or macOS arm64; TorchSharp has no native libraries for this system.";
        if (torch is null)
        {
            return "add one native package to the application, of the same version as TorchSharp: "
                + "TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows.";
        }
        return OperatingSystem.IsLinux()
            ? "use a distribution with glibc 2.34 and GCC 12's libstdc++ or newer (Debian 12, Ubuntu 22.04, RHEL 10), and check that "
                + "the native package has the same version as TorchSharp."
            : "check that the native package has the same version as TorchSharp; on Windows install the Visual C++ redistributable.";
    }
}
