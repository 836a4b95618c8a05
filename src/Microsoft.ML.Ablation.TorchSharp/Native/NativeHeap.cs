using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The heap of the C library, in which torch keeps the tensors of a processor.</summary>
internal static class NativeHeap
{
    // Of glibc; other C libraries have no such function, and macOS and Windows other heaps.
    private static readonly nint s_trim = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out nint function)
        ? function
        : 0;

    /// <summary>
    /// Gives pages in which nothing is allocated back to the system, where the C library can. Tensors of many sizes, between which small objects live on,
    /// leave glibc's heap with more and more of them: it takes requests of up to 32 megabytes from there once such a block was freed, and gives back only
    /// what is free at its end.
    /// </summary>
    public static unsafe void Trim()
    {
        if (s_trim != 0)
            _ = ((delegate* unmanaged<nuint, int>)s_trim)(0);
    }
}
