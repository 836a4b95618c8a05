using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Classes with certified radii.</summary>
internal sealed class ClassAnswers : TableAnswers
{
    private readonly List<CertifiedOutcome> _outcomes = [];
    private readonly IReadOnlyList<string> _classes;
    private readonly bool _hasLabels, _uncertifiedAsZero;
    private readonly RunFolder<RunManifest, RunRow>? _run;
    private readonly IEnumerator<LabelledResult> _rows;

    /// <inheritdoc cref="TableAnswers.Of"/>
    public ClassAnswers(TableModel model, DelimitedTable rows, bool uncertifiedAsZero, TableRunTarget? run)
    {
        _uncertifiedAsZero = uncertifiedAsZero;
        var cells = new TableCells(rows, model);
        _hasLabels = cells.HasLabels;
        SmoothedCertifierTransformer certifier = model.Certifier!;
        IDataView input = CertifierChain.InputOf(certifier, model.Chain, new TableView(rows, model.Columns));
        _classes = certifier.LabelsOf(input.Schema, TableTask.LabelName).Classes;
        if (_hasLabels && rows.Rows.Select((_, i) => cells.LabelOf(i)).Distinct().Except(_classes, StringComparer.Ordinal).ToArray() is { Length: > 0 } unknown)
            throw new InvalidDataException($"The model has no class {ImageFolder.Listed(unknown)}; its classes are {ImageFolder.Listed([.. _classes])}. Correct the labels, or leave their column out.");
        // Says what no row can exceed.
        _ = certifier.Transform(input);
        _run = run is null ? null : RunFolder<RunManifest, RunRow>.Open(run.Directory,
            RunManifest.Of(certifier.Bind(input.Schema), run.ModelHash, run.Data, run.FirstRow, _classes) with { Table = cells.Names });
        _rows = new CertifiedRows(certifier, input, run?.FirstRow ?? 0, _run)
        {
            Labels = row => () => _hasLabels ? cells.LabelOf(row.Position) : "",
            Attributes = run is null ? null : cells.AttributesOf,
        }.Read().GetEnumerator();
    }

    public override IReadOnlyList<CertifiedColumn> Columns => CertificateColumns;

    public override int FinishedCount => _run?.Finished.Count ?? 0;

    /// <summary>The columns of classes with radii.</summary>
    public static IReadOnlyList<CertifiedColumn> CertificateColumns { get; } =
    [
        new("PredictedLabel", typeof(string)),
        new("Abstained", typeof(bool)),
        new("CertifiedRadius", typeof(int)),
    ];

    public override TableFigures Figures() => TableFigures.OfClasses(CertifiedMetrics.From(_outcomes, _uncertifiedAsZero), _hasLabels);

    public override object?[]? Next()
    {
        if (!_rows.MoveNext())
            return null;
        LabelledResult row = _rows.Current;
        (bool abstained, int radius) = (row.Result.Abstained, row.Result.Certified.Radius);
        string? predicted = abstained ? null : _classes[row.Result.PredictedClass];
        _outcomes.Add(new CertifiedOutcome(_hasLabels ? predicted == row.Label : !abstained, abstained, radius));
        return [predicted, abstained, radius];
    }

    public override void Dispose()
    {
        _rows.Dispose();
        _run?.Dispose();
    }
}
