using System.Diagnostics;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Certifies rows with a fitted pipeline: progress, a run folder, a table and the summary.</summary>
/// <param name="Model">A chain with one smoothed certifier.</param>
/// <param name="Rows">Rows with what the model takes and a text column Label.</param>
/// <param name="DataName">The name of the rows in the result.</param>
internal sealed record CertificationRun(ITransformer Model, IDataView Rows, string DataName)
{
    /// <summary>The number of the first row in the data.</summary>
    public long FirstRow { get; init; }

    /// <summary>The file for a line per row; null for none.</summary>
    public string? TablePath { get; init; }

    /// <summary>The folder that keeps every finished row, to resume after the last; null for none. Needs <see cref="ModelHash"/>.</summary>
    public string? RunDirectory { get; init; }

    /// <summary>SHA-256 of the model file.</summary>
    public string? ModelHash { get; init; }

    /// <summary>Whether a correct row without a certificate counts as radius 0.</summary>
    public bool UncertifiedAsZero { get; init; }

    /// <exception cref="InvalidDataException">The rows have classes that the model does not have, or are not those of the run.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; rows that were finished are in the run folder.</exception>
    public CertificationResult Run(ToolConsole console, CancellationToken cancellation)
    {
        SmoothedCertifierTransformer certifier = FindCertifier(Model);
        IDataView input = CertifierChain.InputOf(certifier, Model, Rows);
        ClassMap labels = certifier.LabelsOf(input.Schema, "Label");
        string[] classes = [.. labels.Classes];
        RequireKnownLabels(classes);
        long total = Rows.GetRowCount() ?? CountRows(Rows);
        VectorSession session = certifier.BindVectors(input.Schema);
        using AtomicFile? file = TablePath is null ? null : AtomicFile.Create(TablePath);
        using RunFolder<RunManifest, RunRow>? run = RunDirectory is null
            ? null
            : RunFolder<RunManifest, RunRow>.Open(RunDirectory, Manifest(session, classes));
        if (run is { Finished.Count: > 0 })
            console.Say($"Resuming '{RunDirectory}' after {run.Finished.Count} rows.");
        var table = new CertifiedTable(classes);
        var watch = Stopwatch.StartNew();
        try
        {
            console.WithProgress("Certifying", total, update =>
            {
                foreach (LabelledResult row in new CertifiedRows(certifier, input, FirstRow, run) { Labels = CertifiedRows.LabelsOf(labels, FirstRow) }.Read())
                {
                    table.Add(row);
                    update(table.Outcomes.Count, $"{table.Outcomes.Count} of {total} rows");
                    if (table.Outcomes.Count < total)
                        cancellation.ThrowIfCancellationRequested();
                }
            });
        }
        catch (AblationClusterException exception) when (run is not null)
        {
            throw new AblationClusterException($"{exception.Message} Finished rows are kept in '{RunDirectory}'.", exception);
        }
        if (file is not null)
            table.Write(file, TablePath!);
        return new CertificationResult(CertifiedMetrics.From(table.Outcomes, UncertifiedAsZero), VotingScheme.Of(session))
        {
            Data = DataName,
            Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
            Table = TablePath,
            Run = RunDirectory,
            MostFrequentShare = table.Outcomes.Count > 0 ? table.MostFrequentShare : null,
        };
    }

    private RunManifest Manifest(VectorSession session, string[] classes)
        => RunManifest.Of(session, ModelHash ?? throw new InvalidOperationException("A run needs the hash of the model's file; set ModelHash."), DataName, FirstRow, classes);

    /// <summary>A row of a class that the model lacks is always wrong; the user is told before votes are counted.</summary>
    /// <exception cref="InvalidDataException">There are such rows.</exception>
    private void RequireKnownLabels(string[] classes)
    {
        string[] unknown = [.. Rows.GetColumn<string>("Label").Distinct(StringComparer.Ordinal).Except(classes, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InvalidDataException($"The model has no class {ImageFolder.Listed(unknown)}; certify images of its {classes.Length} classes.");
    }

    /// <summary>Counts rows by reading them.</summary>
    public static long CountRows(IDataView rows)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        long count = 0;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    /// <exception cref="InvalidDataException">The model has no smoothed certifier.</exception>
    public static SmoothedCertifierTransformer FindCertifier(ITransformer model)
        => CertifierChain.Find(model)
            ?? throw new InvalidDataException($"The model has no smoothed certifier, only {PartsOf(model)}: nothing is certified of its answers. 'ablation train' makes models that have one, "
            + "and ml.Transforms.SmoothedCertifier in a program.");

    /// <summary>The parts of a model, and what predictors among them predict with.</summary>
    public static string PartsOf(ITransformer model)
        => string.Join(", ", CertifierChain.Parts(model).Select(part => (part is IPredictionTransformer<object> { Model: { } predictor } ? predictor : part).GetType().Name.Split('`')[0]));
}
