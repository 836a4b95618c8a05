using System.Globalization;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Certifies rows of a table with a model, and writes them with what it says beside their own cells.</summary>
/// <param name="model">The model.</param>
/// <param name="table">The rows.</param>
internal sealed class TableCertification(TableModel model, DelimitedTable table)
{
    private const string RowName = "Row";

    /// <summary>The file for the certified table; null for none.</summary>
    public string? OutPath { get; init; }

    /// <summary>Whether a right answer without a certificate counts as radius 0.</summary>
    public bool UncertifiedAsZero { get; init; }

    /// <summary>The folder that keeps finished rows; null for none.</summary>
    public TableRunTarget? Target { get; init; }

    /// <exception cref="InvalidDataException">The table does not fit the model, or is not that of the run.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; no table was written, and finished rows are in the run folder.</exception>
    public TableFigures Run(ToolConsole console, CancellationToken cancellation)
    {
        RequireLabels();
        using AtomicFile? file = OutPath is null ? null : AtomicFile.Create(OutPath);
        using TableAnswers answers = TableAnswers.Of(model, table, UncertifiedAsZero, Target);
        if (answers.FinishedCount > 0)
            console.Say(FormattableString.Invariant($"Resuming '{Target!.Directory}' after {answers.FinishedCount} rows."));
        int total = table.Rows.Count;
        var rows = new List<object?[]>(total);
        Func<TableRow, object?[]> cells = CellsOf(out IReadOnlyList<CertifiedColumn> own);
        console.WithProgress("Certifying", total, update =>
        {
            while (answers.Next() is { } answer)
            {
                rows.Add([.. cells(table.Rows[rows.Count]), .. answer]);
                update(rows.Count, FormattableString.Invariant($"{rows.Count} of {total} rows"));
                if (rows.Count < total)
                    cancellation.ThrowIfCancellationRequested();
            }
        });
        if (file is not null)
            new CertifiedTableFile([.. CertifiedColumn.Distinct([.. own, .. answers.Columns])], rows).Write(file, OutPath!);
        return answers.Figures();
    }

    /// <summary>A label that is there must be whole.</summary>
    /// <exception cref="InvalidDataException">It is missing in some row.</exception>
    private void RequireLabels()
    {
        int label = table.IndexOf(model.Label.Name);
        if (label < 0 && Target is not null)
        {
            throw new InvalidDataException($"'{table.Path}' has no column '{model.Label.Name}', but --run keeps rows with what is true of them, to measure against it; give a table with that "
                + "column, or leave out --run.");
        }
        if (label >= 0 && table.Rows.FirstOrDefault(row => TableNumber.IsMissing(row.Cells[label])) is { } missing)
        {
            throw new InvalidDataException(FormattableString.Invariant($"'{table.Path}', line {missing.Line}: the label '{model.Label.Name}' has no value; fill it in, or leave the whole column ")
                + "out to certify rows whose labels are not known.");
        }
    }

    /// <summary>A row's number and its own cells: numbers where the model takes them for numbers, texts else.</summary>
    private Func<TableRow, object?[]> CellsOf(out IReadOnlyList<CertifiedColumn> columns)
    {
        bool isText = Path.GetExtension(OutPath ?? "").ToLowerInvariant() is not (".json" or ".parquet");
        HashSet<string> numbers = isText ? [] : [.. model.Columns.Where(column => column.IsNumber).Select(column => column.Name)];
        CertifiedColumn[] own = [.. table.Names.Select((name, i) => new CertifiedColumn(name.Length > 0 ? name : FormattableString.Invariant($"Column{i + 1}"),
            numbers.Contains(name) ? typeof(double) : typeof(string)))];
        bool hasRow = table.IndexOf(RowName) >= 0;
        columns = hasRow ? own : [new(RowName, typeof(int)), .. own];
        return row =>
        {
            IEnumerable<object?> values = row.Cells.Select((cell, i) => own[i].Type == typeof(double)
                ? TableNumber.IsMissing(cell) ? null : double.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture)
                : (object?)(isText || cell.Length > 0 ? cell : null));
            return hasRow ? [.. values] : [row.Number, .. values];
        };
    }
}
