using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The rows of a run folder that predicts numbers, with intervals from their stored outputs.</summary>
internal sealed class EvaluatedNumbers
{
    private EvaluatedNumbers(string folder, string name, NumberManifest manifest, NumberClaims claims, IReadOnlyList<NumberRow> stored)
    {
        (Folder, Name, Manifest, Stored) = (folder, name, manifest, stored);
        Intervals = manifest.Claimed(claims);
        LargestRadius = claims.LargestRadius ?? manifest.LargestRadius;
        Alpha = claims.Alpha ?? manifest.Alpha;
        Rows = [.. stored.Select(Certify)];
        Metrics = CertifiedRegressionMetrics.From(Rows);
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder { get; }

    /// <summary>What it is called where the folder is too long.</summary>
    public string Name { get; }

    public NumberManifest Manifest { get; }

    /// <summary>Seconds that a row took, on average.</summary>
    public double MeanSeconds => Stored.Average(row => row.Seconds);

    /// <summary>What the run keeps of its rows.</summary>
    public IReadOnlyList<NumberRow> Stored { get; }

    /// <summary>The same rows, certified.</summary>
    public IReadOnlyList<CertifiedRegression> Rows { get; }

    public CertifiedRegressionMetrics Metrics { get; }

    /// <summary>R.</summary>
    public int LargestRadius { get; }

    /// <summary>α; null where there is no chance of an error.</summary>
    public double? Alpha { get; }

    /// <summary>The ablations in words.</summary>
    public string Ablations => Manifest.RetainedAttributes is { } k
        ? FormattableString.Invariant($"{(Manifest.AreAll ? "all" : "random")}, {k} of {Manifest.Positions} attributes")
        : FormattableString.Invariant($"{Manifest.Outputs} fixed masks of {Manifest.Positions} attributes");

    private MedianIntervals Intervals { get; }

    /// <summary>Runs, whose names tell them apart.</summary>
    /// <exception cref="FileNotFoundException">A folder holds no run.</exception>
    /// <exception cref="InvalidDataException">A run has no row yet, or is damaged.</exception>
    /// <exception cref="ArgumentException">A claim has no meaning for a run.</exception>
    public static EvaluatedNumbers[] Load(IReadOnlyList<string> folders, NumberClaims claims) => [.. folders.Zip(RunNames.Of(folders), (folder, name) =>
    {
        (NumberManifest manifest, IReadOnlyList<NumberRow> rows) = RunFolder<NumberManifest, NumberRow>.Read(folder);
        return rows.Count > 0
            ? new EvaluatedNumbers(folder, name, manifest, claims, rows)
            : throw new InvalidDataException($"'{folder}' has no finished row yet; 'ablation certify --run {folder}' resumes it.");
    })];

    /// <summary>The attributes of one of the rows, with their values.</summary>
    public IReadOnlyList<(string Name, string Value)> AttributesOf(int row) => [.. Manifest.Table.Attributes.Zip(Stored[row].Attributes)];

    /// <summary>The outcome for <c>evaluate</c>.</summary>
    /// <param name="within">The distance from the label that counts as right, as a share of it.</param>
    /// <param name="table">The table that was written; null for none.</param>
    public EvaluatedNumbersResult ToResult(double within, string? table)
    {
        TableFigures figures = TableFigures.OfNumbers(Rows, hasLabels: true, within);
        return new EvaluatedNumbersResult(Folder, Manifest.Data, Manifest.Table.Label, Ablations, Alpha, figures) { Table = table };
    }

    /// <summary>The rows as a table: their numbers, attributes and labels, and the certificates.</summary>
    public CertifiedTableFile ToTable()
    {
        IEnumerable<CertifiedColumn> attributes = Manifest.Table.Attributes.Select(name => new CertifiedColumn(name, typeof(string)));
        return new CertifiedTableFile(
            [.. CertifiedColumn.Distinct([new("Row", typeof(int)), .. attributes, new(Manifest.Table.Label, typeof(float)), .. NumberAnswers.ColumnsFor(LargestRadius)])],
            [.. Rows.Zip(Stored, (row, stored) => (object?[])[(int)stored.Row, .. stored.Attributes, stored.Label, .. NumberAnswers.ValuesOf(row)])]);
    }

    /// <exception cref="InvalidDataException">The row is not one of the run.</exception>
    private CertifiedRegression Certify(NumberRow row)
    {
        try
        {
            if (row.Attributes.Count != Manifest.Table.Attributes.Count || !float.IsFinite(row.Label))
                throw new InvalidDataException("It does not have a number and the manifest's attributes.");
            RegressedRow answer = Intervals.Of(OutputText.ToOutputs(row.Outputs, Intervals.Count));
            return new CertifiedRegression(row.Label, answer.Median, answer.Lower, answer.Upper);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(FormattableString.Invariant($"Row {row.Row} of the run is inconsistent: {exception.Message}"), exception);
        }
    }
}
