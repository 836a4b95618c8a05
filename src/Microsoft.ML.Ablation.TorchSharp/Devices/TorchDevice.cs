using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Chooses the device by the settings of the application's <see cref="MLContext"/>.</summary>
internal static class TorchDevice
{
    /// <summary>
    /// The CUDA device of <see cref="MLContext.GpuDeviceId"/>, or the processor if none is set, or if the device is missing and
    /// <see cref="MLContext.FallbackToCpu"/> is true. Logs the choice.
    /// </summary>
    /// <exception cref="InvalidOperationException">The CUDA device is missing, and the fallback is not allowed.</exception>
    public static Device Choose(IHostEnvironment env, IChannel channel)
    {
        var settings = (IHostEnvironmentInternal)env;
        return Choose(settings.GpuDeviceId, settings.FallbackToCpu, message => channel.Info(message), message => channel.Warning(message));
    }

    /// <summary>The CUDA device of a number, or the processor for null, or as the fallback for a missing device.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device is missing, and the fallback is not allowed.</exception>
    public static Device Choose(int? gpuDeviceId, bool fallbackToCpu, Action<string> inform, Action<string> warn)
    {
        TorchRuntime.EnsureLoaded();
        if (gpuDeviceId is not { } wanted)
        {
            inform($"Device: CPU ({CpuFeatures.Description}, {get_num_threads()} threads).");
            return CPU;
        }
        int devices = cuda.is_available() ? cuda.device_count() : 0;
        if (wanted >= 0 && wanted < devices)
        {
            inform($"Device: CUDA device {wanted} of {devices}.");
            return new Device(global::TorchSharp.DeviceType.CUDA, wanted);
        }
        string found = devices == 0 ? "torch finds no CUDA device" : $"torch finds {devices} CUDA devices, numbered from 0";
        if (!fallbackToCpu)
        {
            throw new InvalidOperationException($"MLContext.GpuDeviceId is {wanted}, but {found}. Add TorchSharp-cuda-linux or "
                + "TorchSharp-cuda-windows to the application and check the driver, set GpuDeviceId to null, or set "
                + "MLContext.FallbackToCpu to true.");
        }
        warn($"Device: CPU ({CpuFeatures.Description}), because MLContext.GpuDeviceId is {wanted} but {found}.");
        return CPU;
    }
}
