using System.Reflection;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Loads the native torch libraries, also on Linux distributions whose libstdc++ is older than the one TorchSharp was
/// built with (Debian 12, Ubuntu 22.04).
/// </summary>
/// <remarks>
/// Everything in this package calls <see cref="EnsureLoaded"/> itself. A program that uses TorchSharp directly before
/// anything of this package should call it first, because TorchSharp does not try again after a failure.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static volatile bool s_isLoaded;
    private static bool s_isRepaired;

    /// <summary>Whether <see cref="EnsureLoaded"/> has loaded the libraries.</summary>
    public static bool IsLoaded => s_isLoaded;

    /// <summary>
    /// Loads the native torch libraries if that has not been done. Cheap after the first time; safe to call from several
    /// threads.
    /// </summary>
    /// <exception cref="TorchRuntimeException">
    /// They cannot be loaded: no native torch package, a system that torch does not support, or a C++ library that is too
    /// old. The message says what was found and what to install.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (s_isLoaded)
            return;
        lock (Gate)
        {
            if (s_isLoaded)
                return;
            if (OperatingSystem.IsLinux())
                s_isRepaired = LinuxTorchLoader.Prepare() || s_isRepaired;
            InitializeTorchSharp();
            s_isLoaded = true;
        }
    }

    /// <summary>
    /// Tries to load the libraries and describes the outcome. Never throws for a library that cannot be loaded; see
    /// <see cref="TorchRuntimeInfo.Failure"/>.
    /// </summary>
    /// <returns>Versions, paths and what the machine offers.</returns>
    public static TorchRuntimeInfo Describe()
    {
        string? failure = null;
        try
        {
            EnsureLoaded();
        }
        catch (TorchRuntimeException e)
        {
            failure = e.Message;
        }
        bool loaded = failure is null;
        return new TorchRuntimeInfo
        {
            IsLoaded = loaded,
            Failure = failure,
            TorchSharpVersion = typeof(global::TorchSharp.torch).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
            LibTorchVersion = loaded ? __version__ : null,
            LibTorchPath = LoadedModules.PathOf(OperatingSystem.IsWindows() ? "torch_cpu" : "libtorch_cpu"),
            BindingPath = LoadedModules.PathOf(OperatingSystem.IsWindows() ? "LibTorchSharp" : "libLibTorchSharp"),
            IsRepaired = s_isRepaired,
            CppStandardLibraryPath = CppStandardLibraryOfLinux()?.Path,
            IsCudaAvailable = loaded && cuda.is_available(),
            IntraOpThreads = loaded ? get_num_threads() : 0,
            Processor = CpuFeatures.Description,
            SupportsBFloat16 = CpuFeatures.SupportsBFloat16,
            BFloat16Override = CpuFeatures.Override,
        };
    }

    private static void InitializeTorchSharp()
    {
        try
        {
            InitializeDeviceType(global::TorchSharp.DeviceType.CPU);
            // One call into the library: from here on every call finds it.
            _ = get_num_threads();
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or TypeInitializationException or IOException or UnauthorizedAccessException)
        {
            string reason = e is TypeInitializationException
                ? "TorchSharp failed to initialise, and does not try again in this process. If it was used before anything of "
                    + "this package, call TorchRuntime.EnsureLoaded() before that."
                : "TorchSharp could not load them.";
            throw TorchRuntimeFailure.Create(reason, CppStandardLibraryOfLinux(), e);
        }
    }

    private static CppStandardLibrary? CppStandardLibraryOfLinux() =>
        OperatingSystem.IsLinux() ? CppStandardLibrary.Find() : null;
}
