using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The heap of the C library, which contains the tensors on the processor.</summary>
internal static class NativeHeap
{
    // Only glibc has this function; macOS and Windows have other heaps.
    private static readonly nint s_trim = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out nint function)
        ? function
        : 0;

    /// <summary>
    /// Returns unused pages to the system, if the C library can. Tensors of many sizes between small, long-lived objects fragment
    /// glibc's heap: after the first free of a large block it serves requests of up to 32 megabytes from the heap, and returns
    /// only what is free at its end.
    /// </summary>
    public static unsafe void Trim()
    {
        if (s_trim != 0)
            _ = ((delegate* unmanaged<nuint, int>)s_trim)(0);
    }
}
