using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Counts the votes of a run's rows again, from the keys that the run lists: without the seed.</summary>
internal static class Recounting
{
    /// <summary>Counts rows.</summary>
    /// <param name="model">The run's model, with the run's k; its seed is not used.</param>
    /// <param name="rows">The data from the run's first row on.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="most">The most rows.</param>
    /// <param name="console">Shows progress.</param>
    /// <param name="cancellation">Ends it after the current row.</param>
    /// <exception cref="InvalidDataException">The data has fewer rows than the run, or the run is damaged.</exception>
    public static RecountResult Run(ITransformer model, IDataView rows, string folder, int most, ToolConsole console, CancellationToken cancellation)
    {
        (RunManifest manifest, IReadOnlyList<RunRow> finished) = RunFolder<RunManifest, RunRow>.Read(folder);
        RunRow[] wanted = [.. finished.Take(most)];
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(model);
        var differing = new List<long>();
        console.WithProgress("Recounting", wanted.Length, update =>
        {
            using var cursor = new CertifiedCursor(certifier, CertifierChain.InputOf(certifier, model, rows), []);
            for (int i = 0; i < wanted.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!cursor.MoveNext())
                    throw new InvalidDataException($"The data has no row {wanted[i].Row}, which '{folder}' certified; give the run's data.");
                if (!IsSame(cursor, wanted[i], manifest))
                    differing.Add(wanted[i].Row);
                update(i + 1, $"{i + 1} of {wanted.Length} rows");
            }
        });
        return new RecountResult(folder, wanted.Length, differing);
    }

    /// <summary>Whether a row's ablations get the answers that the run counted.</summary>
    private static bool IsSame(CertifiedCursor cursor, RunRow row, RunManifest manifest)
    {
        Ballot ballot = Enum.Parse<Ballot>(manifest.Ballot);
        AblationKey key = AblationKey.Parse(row.Key);
        if (manifest.ExactCount is { } all)
            return cursor.Count(key, [new SampleRange(AblationStage.Exact, 0, all)], ballot) is [var counts] && CountPairs.Of(counts).SequenceEqual(row.Estimation);
        int[][] counted = cursor.Count(key,
        [
            new SampleRange(AblationStage.Selection, 0, manifest.Plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, CountOf(row, ballot, manifest)),
        ], ballot);
        return CountPairs.Of(counted[0]).SequenceEqual(row.Selection) && CountPairs.Of(counted[1]).SequenceEqual(row.Estimation);
    }

    /// <summary>How many ablations the run drew in the second stage.</summary>
    private static int CountOf(RunRow row, Ballot ballot, RunManifest manifest)
    {
        int[] counts = CountPairs.ToCounts(row.Estimation, ballot.CountLength(manifest.Classes.Count));
        // The diagonal of contests has their number.
        return ballot == Ballot.Contests ? counts[0] : counts.Sum();
    }
}

/// <summary>What recounting a run gave.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Rows">Rows that were counted.</param>
/// <param name="Differing">The numbers of the rows whose counts differ from the run's.</param>
internal sealed record RecountResult(string Run, int Rows, IReadOnlyList<long> Differing);
