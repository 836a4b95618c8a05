using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>What computes a network on this machine.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Number">The number of a GPU.</param>
internal readonly record struct OnnxDevice(OnnxProvider Provider, int Number)
{
    /// <summary>What is asked for, or the processor where it is missing and <see cref="MLContext.FallbackToCpu"/> is true. Logs the latter.</summary>
    /// <exception cref="InvalidOperationException">It is missing, and the fallback is not allowed.</exception>
    public static OnnxDevice Choose(IHostEnvironment env, OnnxProvider provider)
    {
        var settings = (IHostEnvironmentInternal)env;
        string[] found = OrtEnv.Instance().GetAvailableProviders();
        (string name, string need) = provider switch
        {
            OnnxProvider.Cuda => ("CUDAExecutionProvider", "the package Microsoft.ML.OnnxRuntime.Gpu and a driver"),
            OnnxProvider.DirectML => ("DmlExecutionProvider", "Windows and the package Microsoft.ML.OnnxRuntime.DirectML"),
            OnnxProvider.CoreML => ("CoreMLExecutionProvider", "a device of Apple"),
            _ => ("CPUExecutionProvider", ""),
        };
        if (found.Contains(name))
            return new OnnxDevice(provider, settings.GpuDeviceId ?? 0);
        string missing = $"Provider is {provider}, but this ONNX Runtime has only {string.Join(", ", found)}";
        if (!settings.FallbackToCpu)
            throw new InvalidOperationException($"{missing}. It takes {need}; else set Provider to Cpu, or MLContext.FallbackToCpu to true.");
        using IChannel channel = env.Start("Loading");
        channel.Warning($"{missing}. The processor computes instead; near ties may be decided otherwise.");
        return default;
    }

    /// <summary>Operators compute on the calling thread alone, or on the device, and say nothing but by exceptions.</summary>
    public SessionOptions ToSessionOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        switch (Provider)
        {
            case OnnxProvider.Cuda:
                options.AppendExecutionProvider_CUDA(Number);
                break;
            case OnnxProvider.DirectML:
                // It allows no plan of memory.
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML(Number);
                break;
            case OnnxProvider.CoreML:
                options.AppendExecutionProvider("CoreML");
                break;
        }
        return options;
    }
}
