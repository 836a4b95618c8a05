namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): a counter and a mixing
/// function, so that every image can start a generator of its own.
/// </summary>
internal struct SplitMix64
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <param name="seed">The seed of the data set.</param>
    /// <param name="stream">Which of the uses of that seed: generators of different streams are unrelated.</param>
    /// <param name="index">The number of the image or block.</param>
    public SplitMix64(int seed, uint stream, int index)
    {
        ulong key = Mix(((ulong)stream << 32 | (uint)seed) + Golden);
        _state = Mix(key ^ (uint)index * Golden);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A bell-shaped value (sum of three uniforms) of mean 0 and standard deviation 1, never beyond ±3.</summary>
    public double Bell() => 2 * (NextDouble() + NextDouble() + NextDouble()) - 3;

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1; the bias of at most bound/2⁶⁴ does not matter here.</summary>
    public int NextInt(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
