using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Runs;

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

    /// <summary>With so many rows the speed of the training is measured, and with fewer before, because the first training loads what all of them need.</summary>
    private const int ProbeRows = 2_000, FirstRows = 200;

    /// <summary>The share of the time that is left to the training itself.</summary>
    private const double TrainingShare = 0.8;

    /// <summary>How long the training may take, nearly.</summary>
    public required TimeSpan Budget { get; init; }

    /// <exception cref="OperationCanceledException">It was stopped; the model is there if its training had ended.</exception>
    public TableTrainingResult Run(MLContext ml, TrainingFiles files, ToolConsole console, CancellationToken cancellation)
    {
        // Better now than after the training.
        foreach (string written in (string[])[files.Model, files.Table, files.Page])
            AtomicFile.CheckWritable(written);
        var watch = Stopwatch.StartNew();
        (TableRow[] train, TableRow[] heldOut) = HeldOutRows.Divide(plan.Table, plan.Label.IsNumber ? null : plan.Label.Name, seed, heldOutShare);
        console.Say(FormattableString.Invariant($"Training on {train.Length:N0} rows with {ablation}; {heldOut.Length:N0} rows are held out."));
        train = Affordable(train, watch, console, cancellation);
        var view = new TableView(plan.Table.With(train), plan.Columns);
        ITransformer chain = console.WithClock("Training", () => Fit(ml, view));
        using var model = new TableModel(chain, plan.Columns);
        cancellation.ThrowIfCancellationRequested();
        double seconds = watch.Elapsed.TotalSeconds;
        DelimitedTable others = plan.Table.With(Spread(heldOut, MostCertified));
        ModelFile.Save(ml, model.Chain, new RowDivision(seed, heldOutShare) { Rows = plan.Table.Rows.Count }.AddTo(view.Schema), files.Model);
        TableFigures? figures = heldOut.Length == 0 ? null : Certify(model, others, files, console, cancellation);
        string kind = plan.Kind.ToString();
        return new TableTrainingResult(files.Model, plan.Table.Path, train.Length, plan.Label.Name, kind, plan.Of(ColumnRole.Number), plan.Of(ColumnRole.Category), plan.Ignored)
        {
            Text = plan.Of(ColumnRole.Text).FirstOrDefault(),
            RetainedCount = ablation.K,
            Share = ablation.Share,
            Masks = ablation.Masks,
            HeldOut = figures,
            Table = figures is null ? null : files.Table,
            Run = figures is null ? null : files.Run,
            Page = figures is null ? null : files.Page,
            MostFrequentShare = plan.Label.IsNumber || figures is null ? null : MostFrequentShare(others.Rows),
            Program = ModelProgram.OfTable(files.Model, plan.Columns, column => train[0].Cells[plan.Table.IndexOf(column)]),
            Seconds = Math.Round(seconds, 1),
        };
    }

    /// <summary>Certifies rows that did not train: a table of them, their votes and a report.</summary>
    private TableFigures Certify(TableModel model, DelimitedTable rows, TrainingFiles files, ToolConsole console, CancellationToken cancellation)
    {
        RunFolder<RunManifest, RunRow>.Clear(files.Run);
        TableFigures figures = new TableCertification(model, rows)
        {
            OutPath = files.Table,
            Target = new TableRunTarget(files.Run, FileHash.Of(files.Model), $"{Path.GetFileName(rows.Path)}, held out", FirstRow: 0),
        }.Run(console, cancellation);
        TablePage.Write(files.Run, plan.Label.IsNumber, files.Page);
        return figures;
    }

    private double MostFrequentShare(IReadOnlyList<TableRow> rows)
    {
        int label = plan.Table.IndexOf(plan.Label.Name);
        return (double)rows.CountBy(row => row.Cells[label].Trim(), StringComparer.Ordinal).Max(count => count.Value) / rows.Count;
    }

    /// <summary>As many of the rows as there is time for, judged by a training on some of them: its time grows at most as their number.</summary>
    private TableRow[] Affordable(TableRow[] train, Stopwatch watch, ToolConsole console, CancellationToken cancellation)
    {
        if (train.Length <= 2 * ProbeRows)
            return train;
        // What is said of masks that are learnt from few rows is nothing for the user.
        var ml = new MLContext(seed);
        TimeSpan began = default;
        foreach (int probed in (int[])[FirstRows, ProbeRows])
        {
            began = watch.Elapsed;
            (console.WithClock("Measuring the speed", () => Fit(ml, new TableView(plan.Table.With(Spread(train, probed)), plan.Columns))) as IDisposable)?.Dispose();
            cancellation.ThrowIfCancellationRequested();
        }
        double seconds = (watch.Elapsed - began).TotalSeconds, left = TrainingShare * Math.Max(0, (Budget - watch.Elapsed).TotalSeconds);
        int rows = (int)Math.Clamp(ProbeRows * left / seconds, ProbeRows, train.Length);
        if (rows == train.Length)
            return train;
        console.Say(FormattableString.Invariant($"There is time for {rows:N0} of the {train.Length:N0} rows; a larger --budget takes more."));
        return Spread(train, rows);
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

    /// <summary>Not more rows than a number, from everywhere in the table.</summary>
    private static TableRow[] Spread(TableRow[] rows, int most)
        => rows.Length <= most ? rows : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * rows.Length / most)])];
}
