using System.Reflection;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Loads the native torch libraries, also on Linux distributions with an older libstdc++ than TorchSharp was built with
/// (Debian 12, Ubuntu 22.04).
/// </summary>
/// <remarks>
/// This package calls <see cref="EnsureLoaded"/> whenever necessary. A program that uses TorchSharp directly before this package
/// should call it first, because TorchSharp does not try again after a failure.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static volatile bool s_isLoaded;
    private static bool s_isRepaired;

    /// <summary>Whether <see cref="EnsureLoaded"/> has loaded the libraries.</summary>
    public static bool IsLoaded => s_isLoaded;

    /// <summary>
    /// Loads the native torch libraries if they are not loaded. Cheap after the first call; thread-safe.
    /// </summary>
    /// <exception cref="TorchRuntimeException">
    /// They cannot be loaded: the native torch package is missing, torch does not support the system, or its C++ library is too
    /// old. The message names what was found and what to install.
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
    /// Tries to load the libraries and describes the result. It does not throw if they cannot be loaded; see
    /// <see cref="TorchRuntimeInfo.Failure"/>.
    /// </summary>
    /// <returns>Versions, paths and features of the machine.</returns>
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
            // One call into the library, so that all later calls find it.
            _ = get_num_threads();
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or TypeInitializationException or IOException or UnauthorizedAccessException)
        {
            string reason = e is TypeInitializationException
                ? "TorchSharp failed to initialise, and does not try again in this process. If the program uses TorchSharp before "
                    + "this package, call TorchRuntime.EnsureLoaded() first."
                : "TorchSharp could not load them.";
            throw TorchRuntimeFailure.Create(reason, CppStandardLibraryOfLinux(), e);
        }
    }

    private static CppStandardLibrary? CppStandardLibraryOfLinux() =>
        OperatingSystem.IsLinux() ? CppStandardLibrary.Find() : null;
}
