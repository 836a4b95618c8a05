using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The device that the application has chosen through its <see cref="MLContext"/>.</summary>
internal static class TorchDevice
{
    /// <summary>
    /// The CUDA device of <see cref="MLContext.GpuDeviceId"/>, or the processor where none is set, or where
    /// <see cref="MLContext.FallbackToCpu"/> allows it. The choice is logged.
    /// </summary>
    /// <exception cref="InvalidOperationException">A CUDA device was asked for, is not there, and the processor may not be used.</exception>
    public static Device Choose(IHostEnvironment env, IChannel channel)
    {
        var settings = (IHostEnvironmentInternal)env;
        return Choose(settings.GpuDeviceId, settings.FallbackToCpu, message => channel.Info(message), message => channel.Warning(message));
    }

    /// <summary>The CUDA device of a number, or the processor for null, or where the fallback allows it.</summary>
    /// <exception cref="InvalidOperationException">A CUDA device was asked for, is not there, and the processor may not be used.</exception>
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
