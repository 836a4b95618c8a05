using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Seeds given by the user, or drawn from the context's own generator.</summary>
internal static class Seeds
{
    /// <summary>The given seed; without one, 62 bits from the context: fixed by <c>new MLContext(seed)</c>, else unpredictable.</summary>
    public static ulong Resolve(int? seed, IHost host)
        => seed is { } given ? (uint)given : ((ulong)host.Rand.Next() << 31) | (uint)host.Rand.Next();
}
