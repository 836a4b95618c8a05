namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What is known about the native torch libraries of this process and the machine they run on.</summary>
public sealed class TorchRuntimeInfo
{
    internal TorchRuntimeInfo()
    {
    }

    /// <summary>Whether the libraries are loaded.</summary>
    public bool IsLoaded { get; internal init; }

    /// <summary>Why they are not, or null when they are.</summary>
    public string? Failure { get; internal init; }

    /// <summary>The version of the managed TorchSharp package, for example <c>0.107.0</c>.</summary>
    public string TorchSharpVersion { get; internal init; } = "";

    /// <summary>The version of libtorch that TorchSharp is made for, for example <c>2.10.0.0</c>; null when not loaded.</summary>
    public string? LibTorchVersion { get; internal init; }

    /// <summary>The full path of the loaded libtorch, or null when not loaded or not known.</summary>
    public string? LibTorchPath { get; internal init; }

    /// <summary>The full path of the loaded native half of TorchSharp, or null when not loaded or not known.</summary>
    public string? BindingPath { get; internal init; }

    /// <summary>Whether that half is a repaired copy, for a Linux distribution with an older libstdc++.</summary>
    public bool IsRepaired { get; internal init; }

    /// <summary>The full path of libstdc++ on Linux, or null elsewhere.</summary>
    public string? CppStandardLibraryPath { get; internal init; }

    /// <summary>Whether torch finds a CUDA device that works; false when not loaded.</summary>
    public bool IsCudaAvailable { get; internal init; }

    /// <summary>The number of threads that torch uses inside of one operation; 0 when not loaded.</summary>
    public int IntraOpThreads { get; internal init; }

    /// <summary>The widest vector instructions of the processor, for people to read.</summary>
    public string Processor { get; internal init; } = "";

    /// <summary>Whether the processor multiplies bfloat16 numbers itself, which makes scoring twice as fast.</summary>
    public bool SupportsBFloat16 { get; internal init; }

    /// <summary>
    /// The environment variable and its value, such as <c>ONEDNN_MAX_CPU_ISA=AVX2</c>, that decides <see cref="SupportsBFloat16"/> in place of the processor;
    /// null where none does. <c>ABLATION_BFLOAT16</c> can be <c>on</c> or <c>off</c>, for tests.
    /// </summary>
    public string? BFloat16Override { get; internal init; }
}
