using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Trains a certified model of a table on most of its rows, and certifies some of those held out.</summary>
/// <param name="plan">What the table was understood to be.</param>
/// <param name="task">How the model is made.</param>
/// <param name="ablation">The ablations.</param>
/// <param name="seed">The seed.</param>
/// <param name="heldOutShare">The share of the rows that is held out.</param>
internal sealed class TableTraining(TablePlan plan, TableTask task, TableAblation ablation, int seed, double heldOutShare)
{
    /// <summary>The most rows of those held out that are certified.</summary>
    private const int MostCertified = 500;

    /// <exception cref="OperationCanceledException">It was stopped; nothing was written.</exception>
    public TableTrainingResult Run(MLContext ml, string path, ToolConsole console, CancellationToken cancellation)
    {
        // Better now than after the training.
        AtomicFile.CheckWritable(path);
        var watch = Stopwatch.StartNew();
        (TableRow[] train, TableRow[] heldOut) = HeldOutRows.Divide(plan.Table, plan.Label.IsNumber ? null : plan.Label.Name, seed, heldOutShare);
        console.Say(FormattableString.Invariant($"Training on {train.Length:N0} rows with {ablation}; {heldOut.Length:N0} rows are held out."));
        var view = new TableView(plan.Table.With(train), plan.Columns);
        using var model = new TableModel(Fit(ml, view), plan.Columns);
        cancellation.ThrowIfCancellationRequested();
        double seconds = watch.Elapsed.TotalSeconds;
        TableFigures? figures = heldOut.Length == 0 ? null : new TableCertification(model, plan.Table.With(Some(heldOut))).Run(console, cancellation);
        ModelFile.Save(ml, model.Chain, view.Schema, path);
        return new TableTrainingResult(path, plan.Table.Path, train.Length, plan.Label.Name, plan.Kind.ToString(), plan.Of(ColumnRole.Number), plan.Of(ColumnRole.Category), plan.Ignored)
        {
            Text = plan.Of(ColumnRole.Text).FirstOrDefault(),
            RetainedCount = ablation.K,
            Share = ablation.Share,
            Masks = ablation.Masks,
            HeldOut = figures,
            Seconds = Math.Round(seconds, 1),
        };
    }

    /// <exception cref="PlatformNotSupportedException">LightGBM does not run here.</exception>
    private ITransformer Fit(MLContext ml, TableView view)
    {
        try
        {
            return task.Pipeline(ml, plan, ablation).Fit(view);
        }
        catch (Exception exception) when (exception.GetBaseException() is DllNotFoundException missing)
        {
            throw new PlatformNotSupportedException("LightGBM's native library does not load on this machine; train on Linux, Windows or macOS on x64, the model then certifies on every machine. "
                + missing.Message, exception);
        }
    }

    /// <summary>Not more than the limit, from everywhere in the table.</summary>
    private static IEnumerable<TableRow> Some(TableRow[] rows)
        => rows.Length <= MostCertified ? rows : Enumerable.Range(0, MostCertified).Select(i => rows[(int)((long)i * rows.Length / MostCertified)]);
}
