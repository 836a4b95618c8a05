using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Seeds given by the user, or drawn from the context's own generator.</summary>
internal static class Seeds
{
    /// <summary>The given seed; without one, 62 bits from the context: fixed by <c>new MLContext(seed)</c>, else unpredictable.</summary>
    public static ulong Resolve(int? seed, IHost host)
        => seed is { } given ? (uint)given : ((ulong)host.Rand.Next() << 31) | (uint)host.Rand.Next();

    /// <exception cref="ArgumentException">Both seeds are given, or the secret one is too short or too long.</exception>
    public static void Require(int? seed, ReadOnlyMemory<byte>? secret)
    {
        if (secret is not { } bytes)
            return;
        AblationSeed.RequireLength(bytes.Length, nameof(SmoothedCertifierOptions.SecretSeed));
        if (seed is not null)
            throw new ArgumentException("Seed and SecretSeed are both given; give one of them, and null for the other.", nameof(SmoothedCertifierOptions.SecretSeed));
    }

    /// <summary>
    /// The seed of ablations that vote: the one given; without one a number that <c>new MLContext(seed)</c> fixes, and 256 secret bits where the context has no seed.
    /// </summary>
    public static AblationSeed Resolve(int? seed, ReadOnlyMemory<byte>? secret, IHost host)
    {
        if (secret is { } bytes)
            return AblationSeed.OfSecret(bytes.Span);
        return seed is null && ((IHostEnvironmentInternal)host).Seed is null ? AblationSeed.Random() : AblationSeed.OfNumber(Resolve(seed, host));
    }
}
