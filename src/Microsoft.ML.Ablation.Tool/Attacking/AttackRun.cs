using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Attacking;

/// <summary>Attacks rows: progress, a run folder, a table and the summary.</summary>
/// <param name="Model">The model.</param>
/// <param name="Rows">Rows with what the model takes and a text column Label.</param>
/// <param name="DataName">The name of the rows in the result.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Settings">Its own options.</param>
/// <param name="Options">The options that all attacks have.</param>
internal sealed record AttackRun(ITransformer Model, IDataView Rows, string DataName, Attack Attack, JsonObject Settings, AttackOptions Options)
{
    /// <summary>The number of the first row in the data.</summary>
    public long FirstRow { get; init; }

    /// <summary>The file for a line per row; null for none.</summary>
    public string? TablePath { get; init; }

    /// <summary>The folder that keeps every finished row, to resume after the last; null for none. Needs <see cref="ModelHash"/>.</summary>
    public string? RunDirectory { get; init; }

    /// <summary>SHA-256 of the model file.</summary>
    public string? ModelHash { get; init; }

    /// <exception cref="InvalidDataException">The rows are not those of the run.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; rows that were finished are in the run folder.</exception>
    public AttackSummary Run(MLContext ml, ToolConsole console, CancellationToken cancellation)
    {
        // The column that is attacked; the model may make it of image files.
        AttackInput input = AttackInput.Of(Model, Rows, Options.FeatureColumnName);
        long total = Rows.GetRowCount() ?? CertificationRun.CountRows(Rows);
        using AtomicFile? file = TablePath is null ? null : AtomicFile.Create(TablePath);
        using RunFolder<AttackManifest, AttackRow>? run = RunDirectory is null ? null : RunFolder<AttackManifest, AttackRow>.Open(RunDirectory, Manifest());
        var rows = new List<AttackRow>();
        console.WithProgress("Attacking", total, update =>
        {
            if (run is { Finished.Count: > 0 })
            {
                rows.AddRange(Checked(run.Finished, input.Rows));
                Tell();
                console.Say($"Resuming '{RunDirectory}' after {rows.Count} rows.");
            }
            int skipped = rows.Count;
            foreach (AttackResult result in ml.MulticlassClassification.Attack(input.Model, skipped == 0 ? input.Rows : ml.Data.SkipRows(input.Rows, skipped),
                Attack, Options, cancellation))
            {
                AttackRow row = AttackRow.Of(result, FirstRow + skipped, Options.Seed);
                run?.Append(row);
                rows.Add(row);
                Tell();
                if (rows.Count < total)
                    cancellation.ThrowIfCancellationRequested();
            }

            void Tell() => update(rows.Count, $"{rows.Count} of {total} rows");
        });
        if (file is not null)
        {
            file.Stream.Write(Encoding.UTF8.GetBytes(Csv(rows)));
            file.Commit();
        }
        return new AttackSummary(AttackMetrics.From(rows.Select(row => row.ToResult())))
        {
            Data = DataName,
            Attack = Attack.Name,
            Table = TablePath,
            Run = RunDirectory,
        };
    }

    private AttackManifest Manifest() => new()
    {
        Model = ModelHash!,
        Data = DataName,
        FirstRow = FirstRow,
        Attack = Attack.Name,
        Settings = Settings,
        Options = Options,
        Certifier = CertifierChain.Find(Model) is { } certifier ? AttackedCertifier.Of(certifier) : null,
    };

    /// <summary>The finished rows, each of which must be that of the data.</summary>
    /// <exception cref="InvalidDataException">A row is not the one that the run attacked.</exception>
    private IEnumerable<AttackRow> Checked(IReadOnlyList<AttackRow> finished, IDataView data)
    {
        foreach ((AttackRow row, float[] original) in finished.Zip(data.GetColumn<float[]>(Options.FeatureColumnName)))
        {
            if (!row.IsOf(original, Options.Seed))
            {
                throw new InvalidDataException($"Row {row.Row} is not the one that the run attacked: its content has changed. Give the data "
                    + "that the run began with, or another folder.");
            }
            yield return row;
        }
    }

    private static string Csv(IEnumerable<AttackRow> rows)
    {
        var csv = new StringBuilder("row,label,answer,certified_radius,distance,verified,adversarial_answer,queries,votes,seconds\n");
        foreach (AttackRow row in rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row.Row},{CsvText.Quote(row.Label)},{CsvText.Quote(row.Answer)},{row.CertifiedRadius},{row.Distance},")
                .Append(CultureInfo.InvariantCulture, $"{(row.IsVerified ? 1 : 0)},{CsvText.Quote(row.AdversarialAnswer)},{row.Queries},{row.Votes},{row.Seconds}\n");
        }
        return csv.ToString();
    }
}
