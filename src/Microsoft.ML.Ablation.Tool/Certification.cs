using System.Diagnostics;
using System.Text;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Certifies rows with a fitted pipeline: progress, a CSV file and the summary.</summary>
internal static class Certification
{
    /// <param name="model">A chain with one smoothed certifier.</param>
    /// <param name="rows">Rows with what the model takes and a text column Label.</param>
    /// <param name="dataName">What the rows are called in the result.</param>
    /// <param name="uncertifiedAsZero">Whether a right row without a certificate counts as radius 0.</param>
    /// <param name="csvPath">Where a line per row goes; null for nowhere.</param>
    public static CertificationResult Run(ITransformer model, IDataView rows, string dataName, string? csvPath, ToolConsole console,
        CancellationToken cancellation, bool uncertifiedAsZero = false)
    {
        SmoothedCertifierTransformer certifier = FindCertifier(model);
        IDataView report = model.Transform(rows);
        RequireKnownLabels(report.Schema, rows);
        long total = rows.GetRowCount() ?? CountRows(rows);
        using AtomicFile? csv = csvPath is null ? null : AtomicFile.Create(csvPath);
        var text = new StringBuilder(CertifiedRows.CsvHeader(report.Schema)).Append('\n');
        var outcomes = new List<CertifiedOutcome>();
        var watch = Stopwatch.StartNew();
        console.WithProgress("Certifying", total, update =>
        {
            foreach (CertifiedLine row in CertifiedRows.Read(report))
            {
                outcomes.Add(row.Outcome);
                text.Append(row.Csv).Append('\n');
                update(outcomes.Count, $"{outcomes.Count} of {total} rows");
                if (outcomes.Count < total)
                    cancellation.ThrowIfCancellationRequested();
            }
        });
        if (csv is not null)
        {
            csv.Stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            csv.Commit();
        }
        return CertificationResult.From(CertifiedMetrics.From(outcomes, uncertifiedAsZero), dataName, certifier,
            certifier.CountPositions(report.Schema), watch.Elapsed, csvPath);
    }

    /// <summary>A row whose class the model does not have can only come out wrong; better told before the votes are counted.</summary>
    /// <exception cref="InvalidDataException">There are such rows.</exception>
    private static void RequireKnownLabels(DataViewSchema report, IDataView rows)
    {
        string[] classes = CertifiedRows.ClassNames(report);
        string[] unknown = [.. rows.GetColumn<string>("Label").Distinct(StringComparer.Ordinal).Except(classes, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InvalidDataException($"The model has no class {ImageFolder.Listed(unknown)}; certify images of its {classes.Length} classes.");
    }

    private static long CountRows(IDataView rows)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        long count = 0;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    /// <exception cref="InvalidDataException">The model has no smoothed certifier.</exception>
    public static SmoothedCertifierTransformer FindCertifier(ITransformer model)
        => Parts(model).OfType<SmoothedCertifierTransformer>().FirstOrDefault()
            ?? throw new InvalidDataException("The model has no smoothed certifier; 'ablation train' makes one that has.");

    /// <summary>The model with its certifier replaced.</summary>
    public static ITransformer WithCertifier(ITransformer model, SmoothedCertifierTransformer certifier)
        => new TransformerChain<ITransformer>([.. Parts(model).Select(part => part is SmoothedCertifierTransformer ? certifier : part)]);

    private static IEnumerable<ITransformer> Parts(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
