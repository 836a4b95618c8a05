using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Numbers with certified intervals.</summary>
internal sealed class NumberAnswers : TableAnswers
{
    private readonly List<CertifiedRegression> _rows = [];
    private readonly TableCells _cells;
    private readonly RegressedCursor _cursor;
    private readonly MedianIntervals _intervals;
    private readonly RunFolder<NumberManifest, NumberRow>? _run;

    /// <inheritdoc cref="TableAnswers.Of"/>
    public NumberAnswers(TableModel model, DelimitedTable rows, TableRunTarget? run)
    {
        _cells = new TableCells(rows, model);
        SmoothedRegressorTransformer regressor = model.Regressor!;
        IDataView view = new TableView(rows, model.Columns);
        IDataView input = CertifierChain.Parts(model.Chain).TakeWhile(part => part != regressor).Aggregate(view, (before, part) => part.Transform(before));
        Columns = ColumnsFor(regressor.Options.LargestRadius);
        _cursor = new RegressedCursor(regressor, input);
        try
        {
            _cursor.Session.Log();
            _intervals = _cursor.Session.Intervals;
            _run = run is null ? null : RunFolder<NumberManifest, NumberRow>.Open(run.Directory, NumberManifest.Of(_cursor.Session, regressor.Options, run, _cells.Names));
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<CertifiedColumn> Columns { get; }

    public override int FinishedCount => _run?.Finished.Count ?? 0;

    /// <summary>The columns of numbers with intervals for ρ = 0, …, R.</summary>
    public static IReadOnlyList<CertifiedColumn> ColumnsFor(int largestRadius)
    {
        int[] radii = [.. Enumerable.Range(0, largestRadius + 1)];
        return
        [
            new("Score", typeof(float)),
            .. radii.Select(rho => new CertifiedColumn(FormattableString.Invariant($"CertifiedLower_{rho}"), typeof(float))),
            .. radii.Select(rho => new CertifiedColumn(FormattableString.Invariant($"CertifiedUpper_{rho}"), typeof(float))),
        ];
    }

    /// <summary>What such a column has of a row.</summary>
    public static object?[] ValuesOf(CertifiedRegression row) => [row.Score, .. row.CertifiedLower.Select(end => (object)end), .. row.CertifiedUpper.Select(end => (object)end)];

    public override TableFigures Figures() => TableFigures.OfNumbers(_rows, _cells.HasLabels, TableFigures.UsualTolerance);

    public override object?[]? Next()
    {
        if (!_cursor.MoveNext())
            return null;
        int row = (int)_cursor.Input.Position;
        float? label = _cells.HasLabels ? float.Parse(_cells.LabelOf(row), NumberStyles.Float, CultureInfo.InvariantCulture) : null;
        RegressedRow answer = _intervals.Of(row < FinishedCount ? Finished(_run!.Finished[row], label) : Ask(row, label));
        // Without labels nothing is measured against them.
        var certified = new CertifiedRegression(label ?? answer.Median, answer.Median, answer.Lower, answer.Upper);
        _rows.Add(certified);
        return ValuesOf(certified);
    }

    public override void Dispose()
    {
        _run?.Dispose();
        _cursor.Dispose();
    }

    /// <summary>What the run has of a row.</summary>
    /// <exception cref="InvalidDataException">The run certified another row.</exception>
    private double[] Finished(NumberRow row, float? label) => row.Key == _cursor.Key.ToString() && row.Label == label
        ? OutputText.ToOutputs(row.Outputs, _intervals.Count)
        : throw RunRow.IsAnother(row.Row);

    /// <summary>Asks the base regressor, and adds the row to the run.</summary>
    private double[] Ask(int row, float? label)
    {
        long began = Stopwatch.GetTimestamp();
        double[] outputs = _cursor.Ask();
        _run?.Append(new NumberRow(_run.Manifest.FirstRow + row, _cursor.Key.ToString(), label!.Value, _cells.AttributesOf(row), OutputText.Of(outputs),
            Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 4)));
        return outputs;
    }
}
