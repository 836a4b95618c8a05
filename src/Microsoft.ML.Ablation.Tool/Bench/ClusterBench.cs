using System.Diagnostics;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>Measures a cluster against the engine of this process, in turns, on the same rows. What is compared is also compared for equality.</summary>
/// <param name="here">The certifier, counting in this process.</param>
/// <param name="there">The same, counting in the cluster.</param>
/// <param name="rows">What it takes.</param>
/// <param name="turns">How often both are measured; the median counts.</param>
/// <param name="cancellation">Ends it after the current row.</param>
internal sealed class ClusterBench(SmoothedCertifierTransformer here, SmoothedCertifierTransformer there, IDataView rows, int turns, CancellationToken cancellation)
{
    public ClusterBenchResult Run(Func<int> workers, Action<string> say)
    {
        say("Warming up");
        Count(here, 2);
        Count(there, 2);
        var hereRates = new List<double>();
        var thereRates = new List<double>();
        long differing = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            say($"  turn {turn + 1} of {turns}");
            (int[][] mine, double seconds) = Count(here, long.MaxValue);
            (int[][] its, double clusterSeconds) = Count(there, long.MaxValue);
            long votes = mine.Sum(row => (long)row[^1]);
            hereRates.Add(votes / seconds);
            thereRates.Add(votes / clusterSeconds);
            differing += mine.Zip(its).Sum(pair => pair.First.Zip(pair.Second).Count(count => count.First != count.Second));
        }
        return new ClusterBenchResult
        {
            Precision = here.Precision()?.ToString(),
            Processor = CpuFeatures.Description,
            Cores = Environment.ProcessorCount,
            Workers = workers(),
            HereVotesPerSecond = EngineBench.Median(hereRates),
            ClusterVotesPerSecond = EngineBench.Median(thereRates),
            DifferingCounts = differing,
        };
    }

    /// <summary>What every row's votes are, its number of ablations last, and the time that it took.</summary>
    private (int[][] Counts, double Seconds) Count(SmoothedCertifierTransformer certifier, long most)
    {
        var counts = new List<int[]>();
        var watch = Stopwatch.StartNew();
        using var cursor = new CertifiedCursor(certifier, rows, []);
        while (counts.Count < most && cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            counts.Add([.. cursor.Result.SelectionCounts, .. cursor.Result.EstimationCounts, cursor.Result.SampleCount]);
        }
        return ([.. counts], watch.Elapsed.TotalSeconds);
    }
}

/// <summary>What was measured of a cluster.</summary>
internal sealed record ClusterBenchResult
{
    /// <summary>The number format in which the model's network votes; null when it is no network of this library.</summary>
    public required string? Precision { get; init; }

    /// <summary>The instructions of this process's processor that decide its figure; workers may have others.</summary>
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required int Workers { get; init; }

    public required double HereVotesPerSecond { get; init; }

    public required double ClusterVotesPerSecond { get; init; }

    /// <summary>Counts that are not the same in both; there should be none.</summary>
    public required long DifferingCounts { get; init; }

    /// <summary>How much longer the cluster takes than this process.</summary>
    public double Overhead => HereVotesPerSecond / ClusterVotesPerSecond - 1;

    public void Print(IAnsiConsole console)
    {
        console.WriteLine($"{Precision ?? "No network of this library"} on {Processor}");
        console.WriteLine(FormattableString.Invariant($"{$"In this process ({Cores} cores)",-30}{HereVotesPerSecond,10:N0} votes/s"));
        console.WriteLine(FormattableString.Invariant($"{$"Cluster ({Workers} workers)",-30}{ClusterVotesPerSecond,10:N0} votes/s"));
        console.WriteLine(FormattableString.Invariant($"The cluster takes {Overhead:P1} longer; {DifferingCounts} counts differ."));
    }
}
