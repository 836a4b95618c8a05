namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Information about the native torch libraries of this process, and about the machine.</summary>
public sealed class TorchRuntimeInfo
{
    internal TorchRuntimeInfo()
    {
    }

    /// <summary>Whether the libraries are loaded.</summary>
    public bool IsLoaded { get; internal init; }

    /// <summary>Why the libraries are not loaded; null if they are.</summary>
    public string? Failure { get; internal init; }

    /// <summary>The version of the managed TorchSharp package, for example <c>0.107.0</c>.</summary>
    public string TorchSharpVersion { get; internal init; } = "";

    /// <summary>The version of libtorch that TorchSharp is made for, for example <c>2.10.0.0</c>; null when not loaded.</summary>
    public string? LibTorchVersion { get; internal init; }

    /// <summary>The full path of the loaded libtorch, or null when not loaded or not known.</summary>
    public string? LibTorchPath { get; internal init; }

    /// <summary>The full path of the loaded native half of TorchSharp, or null when not loaded or not known.</summary>
    public string? BindingPath { get; internal init; }

    /// <summary>
    /// Whether the native half of TorchSharp is a repaired copy, for a Linux distribution with an older libstdc++.
    /// </summary>
    public bool IsRepaired { get; internal init; }

    /// <summary>The full path of libstdc++ on Linux, or null elsewhere.</summary>
    public string? CppStandardLibraryPath { get; internal init; }

    /// <summary>Whether torch finds a working CUDA device; false when not loaded.</summary>
    public bool IsCudaAvailable { get; internal init; }

    /// <summary>The number of threads that torch uses within one operation; 0 when not loaded.</summary>
    public int IntraOpThreads { get; internal init; }

    /// <summary>The widest vector instructions of the processor, for display.</summary>
    public string Processor { get; internal init; } = "";

    /// <summary>Whether the processor has instructions for bfloat16, which double the speed of scoring.</summary>
    public bool SupportsBFloat16 { get; internal init; }

    /// <summary>
    /// The environment variable with its value, such as <c>ONEDNN_MAX_CPU_ISA=AVX2</c>, that overrides the processor for
    /// <see cref="SupportsBFloat16"/>; null if none does. <c>ABLATION_BFLOAT16</c> can be <c>on</c> or <c>off</c>, for tests.
    /// </summary>
    public string? BFloat16Override { get; internal init; }
}
