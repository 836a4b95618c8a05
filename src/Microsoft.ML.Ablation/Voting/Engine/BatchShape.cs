namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// The number of samples that a network scores together. It never changes for a source, because another shape may add in another
/// order.
/// </summary>
internal static class BatchShape
{
    // On two cores of a Zen 4 server, batches of 125 MNIST images are within 3 % of the fastest; they also fill the adaptive
    // plan's first looks.
    private const int LargestOnCpu = 125;
    private const long ValuesOnCpu = 1L << 26;

    /// <summary>Bytes that the batches of all threads may take where nothing else is said: a gibibyte.</summary>
    public const long UsualMemoryOnCpu = 1L << 30;

    private const int LargestOnGpu = 1_000;
    private const long ValuesOnGpu = 1L << 29;

    // Divisors of 1,000, so that common plans fill every batch.
    private static readonly int[] s_sizes = [1_000, 500, 250, 125, 100, 50, 40, 25, 20, 10, 8, 5, 4, 2, 1];

    /// <summary>
    /// How many samples the processor scores together, and how many streams do so at once. The size does not depend on the number of streams, so votes are the same on two cores and on
    /// twenty.
    /// </summary>
    /// <param name="workingValues">Values in memory while one sample is scored.</param>
    /// <param name="bytesPerSample">The same in bytes.</param>
    /// <param name="memoryLimit">Bytes that the batches of all streams may take; null for a gibibyte.</param>
    /// <param name="threads">The most streams; null for one per core.</param>
    /// <param name="fixedSize">The only size that the network takes; null for any.</param>
    /// <param name="most">The most samples that there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits.</exception>
    public static (int Size, int Streams) OnCpu(long workingValues, long bytesPerSample, long? memoryLimit, int? threads, int? fixedSize = null, int most = int.MaxValue)
    {
        long limit = memoryLimit ?? UsualMemoryOnCpu;
        int size = fixedSize ?? Math.Min(most, Largest(Sizes(workingValues, onCpu: true), bytesPerSample, limit));
        return (size, (int)Math.Clamp(limit / (size * bytesPerSample), 1, threads ?? Environment.ProcessorCount));
    }

    /// <summary>Candidate sizes for a processor or a GPU, the largest first.</summary>
    /// <param name="workingValues">Values in memory while one sample is scored.</param>
    /// <param name="onCpu">Whether the network scores on a processor.</param>
    /// <returns>At least one size.</returns>
    public static IEnumerable<int> Sizes(long workingValues, bool onCpu)
    {
        (int largest, long values) = onCpu ? (LargestOnCpu, ValuesOnCpu) : (LargestOnGpu, ValuesOnGpu);
        return s_sizes.Where(size => size == 1 || size <= largest && size * workingValues <= values);
    }

    /// <summary>The largest size that fits a memory limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits.</exception>
    public static int Largest(IEnumerable<int> sizes, long bytesPerSample, long limit)
    {
        int size = sizes.FirstOrDefault(size => size * bytesPerSample <= limit);
        return size > 0 ? size : throw new ArgumentOutOfRangeException("MemoryLimitInMegabytes",
            $"MemoryLimitInMegabytes is {limit >> 20}, but one sample of this network takes {(bytesPerSample >> 20) + 1} megabytes; allow "
            + "at least that many.");
    }
}
