using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The features of the processor that determine the speed of a network in this process.</summary>
/// <remarks>
/// The processor's features can be capped by <c>ONEDNN_MAX_CPU_ISA</c> (or its older name <c>DNNL_MAX_CPU_ISA</c>), which keeps
/// torch's oneDNN from newer instructions: under a cap below bfloat16, it has no fast bfloat16 either. <see cref="Variable"/>
/// overrides both, so that any machine can simulate either kind. The variables are read at every call; oneDNN reads its own once.
/// </remarks>
internal static class CpuFeatures
{
    /// <summary>The environment variable that overrides whether bfloat16 is fast: on or off.</summary>
    public const string Variable = "ABLATION_BFLOAT16";

    private static readonly string[] s_capVariables = ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"];

    // oneDNN's names; it ignores unknown ones.
    private static readonly string[] s_capsBelowBFloat16 = ["SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"];
    private static readonly string[] s_capsBelowFloat16 = [.. s_capsBelowBFloat16, "AVX512_CORE_BF16"];

    private static readonly (bool BFloat16, bool Float16) s_processor = Detect();

    /// <summary>
    /// Whether the processor has instructions for bfloat16 (AVX512_BF16 or AMX-BF16); without them, bfloat16 is slower than
    /// float32.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Variable"/> has an invalid value.</exception>
    public static bool SupportsBFloat16 => BFloat16(s_processor.BFloat16, Environment.GetEnvironmentVariable).IsSupported;

    /// <summary>Whether the processor has instructions for half precision (AVX512_FP16).</summary>
    /// <exception cref="InvalidOperationException"><see cref="Variable"/> has an invalid value.</exception>
    public static bool SupportsFloat16 => SupportsBFloat16 && s_processor.Float16 && Cap(s_capsBelowFloat16, Environment.GetEnvironmentVariable) is null;

    /// <summary>The environment variable, with its value, that overrides the processor for bfloat16; null if none does.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Variable"/> has an invalid value.</exception>
    public static string? Override => BFloat16(s_processor.BFloat16, Environment.GetEnvironmentVariable).Override;

    /// <summary>
    /// The widest vector instructions, for display: "AVX-512 with bfloat16", "AVX2", "AdvSimd"; an override follows in
    /// parentheses.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Variable"/> has an invalid value.</exception>
    public static string Description => VectorName() + (SupportsBFloat16 ? " with bfloat16" : "") + (Override is { } variable ? $" ({variable})" : "");

    /// <summary>Whether bfloat16 is fast, and the variable that overrides the processor, if one does.</summary>
    /// <param name="processor">Whether the processor has instructions for it.</param>
    /// <param name="variables">The environment.</param>
    /// <exception cref="InvalidOperationException"><see cref="Variable"/> has an invalid value.</exception>
    internal static (bool IsSupported, string? Override) BFloat16(bool processor, Func<string, string?> variables)
    {
        string? given = variables(Variable);
        if (!string.IsNullOrEmpty(given))
        {
            bool isOn = string.Equals(given, "on", StringComparison.OrdinalIgnoreCase);
            if (!isOn && !string.Equals(given, "off", StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException($"The environment variable {Variable} is '{given}', but only 'on' and 'off' are allowed; remove it "
                    + "to let the processor decide.");
            }
            return (isOn, $"{Variable}={given}");
        }
        return processor && Cap(s_capsBelowBFloat16, variables) is { } cap ? (false, cap) : (processor, null);
    }

    /// <summary>The variable that caps oneDNN below some instructions, with its value; null if none does.</summary>
    private static string? Cap(string[] below, Func<string, string?> variables)
    {
        string? name = s_capVariables.FirstOrDefault(variable => !string.IsNullOrEmpty(variables(variable)));
        return name is not null && below.Contains(variables(name), StringComparer.OrdinalIgnoreCase) ? $"{name}={variables(name)}" : null;
    }

    private static string VectorName() =>
        Avx512F.IsSupported ? "AVX-512" :
        Avx2.IsSupported ? "AVX2" :
        Sse42.IsSupported ? "SSE4.2" :
        AdvSimd.IsSupported ? "AdvSimd" : "no vector instructions";

    private static (bool BFloat16, bool Float16) Detect()
    {
        // Avx512F.IsSupported implies that the operating system saves the wide registers.
        if (!X86Base.IsSupported || !Avx512F.IsSupported)
            return default;
        int highestLeaf = X86Base.CpuId(0, 0).Eax;
        if (highestLeaf < 7)
            return default;
        (int subleaves, _, _, int edx) = X86Base.CpuId(7, 0);
        const int amxBFloat16 = 1 << 22, avx512Float16 = 1 << 23, avx512BFloat16 = 1 << 5;
        bool amx = (edx & amxBFloat16) != 0;
        bool avx512 = subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & avx512BFloat16) != 0;
        return (amx || avx512, (edx & avx512Float16) != 0);
    }
}
