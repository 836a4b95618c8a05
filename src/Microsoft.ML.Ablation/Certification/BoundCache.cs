using System.Collections.Concurrent;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Remembers the bounds that were solved, one table by the number of successes for each number of trials and level, so that no
/// quantile is solved twice. Safe from several threads.
/// </summary>
internal sealed class BoundCache(Func<long, long, double, double> bound)
{
    // 8 MiB a table; a plan has at most a few dozen pairs of trials and level.
    private const int LargestTrials = 1 << 20;
    private const int LargestNumberOfTables = 64;

    private readonly ConcurrentDictionary<(int Trials, double Level), double[]> _tables = new();

    public double Of(int successes, int trials, double level)
    {
        if (!_tables.TryGetValue((trials, level), out double[]? table))
        {
            if (trials > LargestTrials || _tables.Count >= LargestNumberOfTables)
                return bound(successes, trials, level);
            table = _tables.GetOrAdd((trials, level), _ => new double[trials + 1]);
        }

        // Zero stands for not solved yet; the only bound that is zero, that of no success, costs nothing. Two threads may solve
        // the same bound at the same time, and then store the same number.
        double known = Volatile.Read(ref table[successes]);
        if (known == 0)
        {
            known = bound(successes, trials, level);
            Volatile.Write(ref table[successes], known);
        }

        return known;
    }
}
