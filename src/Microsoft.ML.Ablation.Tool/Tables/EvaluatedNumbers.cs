using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The rows of a run folder that predicts numbers, with intervals from their stored outputs.</summary>
internal sealed class EvaluatedNumbers
{
    private EvaluatedNumbers(string folder, NumberManifest manifest, NumberClaims claims, IReadOnlyList<NumberRow> stored)
    {
        (Folder, Manifest, Stored) = (folder, manifest, stored);
        Intervals = manifest.Claimed(claims);
        LargestRadius = claims.LargestRadius ?? manifest.LargestRadius;
        Alpha = claims.Alpha ?? manifest.Alpha;
        Rows = [.. stored.Select(Certify)];
        Metrics = CertifiedRegressionMetrics.From(Rows);
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder { get; }

    public NumberManifest Manifest { get; }

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

    /// <exception cref="FileNotFoundException">The folder holds no run.</exception>
    /// <exception cref="InvalidDataException">The run has no row yet, or is damaged.</exception>
    /// <exception cref="ArgumentException">A claim has no meaning for the run.</exception>
    public static EvaluatedNumbers Load(string folder, NumberClaims claims)
    {
        (NumberManifest manifest, IReadOnlyList<NumberRow> rows) = RunFolder<NumberManifest, NumberRow>.Read(folder);
        return rows.Count > 0
            ? new EvaluatedNumbers(folder, manifest, claims, rows)
            : throw new InvalidDataException($"'{folder}' has no finished row yet; 'ablation certify --run {folder}' resumes it.");
    }

    /// <summary>The outcome for <c>evaluate</c>.</summary>
    /// <param name="within">The distance from the label that counts as right, as a share of it.</param>
    /// <param name="table">The table that was written; null for none.</param>
    public EvaluatedNumbersResult ToResult(double within, string? table) => new(Folder, Manifest.Data, Manifest.Table.Label, Ablations, Alpha, TableFigures.OfNumbers(Rows, hasLabels: true, within))
    {
        Table = table,
    };

    /// <summary>The rows as a table: their numbers, attributes and labels, and the certificates.</summary>
    public CertifiedTableFile ToTable()
    {
        CertifiedColumn[] own = [new("Row", typeof(int)), .. Manifest.Table.Attributes.Select(name => new CertifiedColumn(name, typeof(string))), new(Manifest.Table.Label, typeof(float))];
        return new CertifiedTableFile([.. CertifiedColumn.Distinct([.. own, .. NumberAnswers.ColumnsFor(LargestRadius)])],
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
