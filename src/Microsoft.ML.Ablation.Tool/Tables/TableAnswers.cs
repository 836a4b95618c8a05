using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What a certified model of tables says of rows, one after the other.</summary>
internal abstract class TableAnswers : IDisposable
{
    /// <summary>What the certificate adds to a row.</summary>
    public abstract IReadOnlyList<CertifiedColumn> Columns { get; }

    /// <summary>How many rows a run has finished already.</summary>
    public abstract int FinishedCount { get; }

    /// <summary>The answers of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="uncertifiedAsZero">Whether a right answer without a certificate counts as radius 0.</param>
    /// <param name="run">The folder that keeps finished rows; null for none.</param>
    /// <exception cref="InvalidDataException">The table does not fit the model, or a label is missing or unknown.</exception>
    /// <exception cref="InvalidOperationException">The folder's run is another one, or another process is writing it.</exception>
    public static TableAnswers Of(TableModel model, DelimitedTable rows, bool uncertifiedAsZero, TableRunTarget? run)
        => model.Regressor is null ? new ClassAnswers(model, rows, uncertifiedAsZero, run) : new NumberAnswers(model, rows, run);

    /// <summary>The next row; null after the last.</summary>
    public abstract object?[]? Next();

    /// <summary>How the rows that were read came out.</summary>
    public abstract TableFigures Figures();

    public abstract void Dispose();
}
