using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What the processor offers that decides the speed of a network.</summary>
internal static class CpuFeatures
{
    /// <summary>
    /// Whether the processor multiplies bfloat16 numbers itself (AVX512_BF16 or AMX-BF16); without that, bfloat16 is
    /// slower than float32.
    /// </summary>
    public static bool SupportsBFloat16 { get; } = DetectBFloat16();

    /// <summary>The widest vector instructions, for people: "AVX-512 with bfloat16", "AVX2", "AdvSimd".</summary>
    public static string Description { get; } = (VectorName(), SupportsBFloat16) switch
    {
        (var name, true) => name + " with bfloat16",
        (var name, false) => name,
    };

    private static string VectorName() =>
        Avx512F.IsSupported ? "AVX-512" :
        Avx2.IsSupported ? "AVX2" :
        Sse42.IsSupported ? "SSE4.2" :
        AdvSimd.IsSupported ? "AdvSimd" : "no vector instructions";

    private static bool DetectBFloat16()
    {
        // Avx512F.IsSupported says that the operating system saves the wide registers too.
        if (!X86Base.IsSupported || !Avx512F.IsSupported)
            return false;
        int highestLeaf = X86Base.CpuId(0, 0).Eax;
        if (highestLeaf < 7)
            return false;
        (int subleaves, _, _, int edx) = X86Base.CpuId(7, 0);
        const int amxBFloat16 = 1 << 22, avx512BFloat16 = 1 << 5;
        bool amx = (edx & amxBFloat16) != 0;
        bool avx512 = subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & avx512BFloat16) != 0;
        return amx || avx512;
    }
}
