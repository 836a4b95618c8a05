using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Counts the votes of a run's rows again, from the keys that the run lists: without the seed. With fixed masks their answers are compared.</summary>
internal static class Recounting
{
    /// <summary>Counts rows.</summary>
    /// <param name="model">The run's model, with the run's k or options; its seed is not used.</param>
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
                if (!manifest.IsSame(cursor, wanted[i]))
                    differing.Add(wanted[i].Row);
                update(i + 1, $"{i + 1} of {wanted.Length} rows");
            }
        });
        return new RecountResult(folder, wanted.Length, differing);
    }
}

/// <summary>What recounting a run gave.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Rows">Rows that were counted.</param>
/// <param name="Differing">The numbers of the rows whose counts differ from the run's.</param>
internal sealed record RecountResult(string Run, int Rows, IReadOnlyList<long> Differing);
