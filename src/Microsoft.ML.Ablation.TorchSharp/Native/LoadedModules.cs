using System.Diagnostics;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The native libraries that this process has loaded.</summary>
internal static class LoadedModules
{
    /// <summary>The full path of the first loaded library whose file name begins with a text; null if there is none.</summary>
    public static string? PathOf(string name)
    {
        using Process process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (Path.GetFileName(module.FileName).StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return module.FileName;
        }
        return null;
    }
}
