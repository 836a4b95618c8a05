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

    public double Of(int successes, int trials, double level) => At(trials, level).Of(successes);

    /// <summary>The bounds for one number of trials and one level: for several lookups in a row.</summary>
    public Table At(int trials, double level)
    {
        if (!_tables.TryGetValue((trials, level), out double[]? table) && trials <= LargestTrials && _tables.Count < LargestNumberOfTables)
            table = _tables.GetOrAdd((trials, level), _ => new double[trials + 1]);
        return new Table(bound, table, trials, level);
    }

    public readonly struct Table(Func<long, long, double, double> bound, double[]? known, int trials, double level)
    {
        public double Of(int successes)
        {
            if (known is null)
                return bound(successes, trials, level);

            // Zero stands for not solved yet; the only bound that is zero, that of no success, costs nothing. Two threads may solve
            // the same bound at the same time, and then store the same number.
            double value = Volatile.Read(ref known[successes]);
            if (value == 0)
            {
                value = bound(successes, trials, level);
                Volatile.Write(ref known[successes], value);
            }

            return value;
        }
    }
}
