using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What a certified model of tables says of rows, one after the other.</summary>
internal abstract class TableAnswers : IDisposable
{
    private readonly DataViewRowCursor _cursor;

    /// <param name="answered">The rows, as the model gives them.</param>
    /// <param name="names">The columns that are read.</param>
    protected TableAnswers(IDataView answered, IEnumerable<string> names)
    {
        Answered = answered;
        _cursor = answered.GetRowCursor(names.Select(name => answered.Schema[name]));
    }

    /// <summary>What the certificate adds to a row.</summary>
    public abstract IReadOnlyList<CertifiedColumn> Columns { get; }

    /// <summary>The rows, as the model gives them.</summary>
    protected IDataView Answered { get; }

    /// <summary>The answers of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="view">They, as the model takes them.</param>
    /// <param name="uncertifiedAsZero">Whether a right answer without a certificate counts as radius 0.</param>
    public static TableAnswers Of(TableModel model, DelimitedTable rows, IDataView view, bool uncertifiedAsZero)
    {
        int label = rows.IndexOf(model.Label.Name);
        IDataView answered = model.Chain.Transform(view);
        return model.Regressor is { } regressor
            ? new NumberAnswers(answered, regressor.Options, hasLabel: label >= 0)
            : new ClassAnswers(answered, model.Certifier!.Options, label < 0 ? null : [.. rows.Rows.Select(row => row.Cells[label].Trim())], uncertifiedAsZero);
    }

    /// <summary>The next row; null after the last.</summary>
    public object?[]? Next() => _cursor.MoveNext() ? Read() : null;

    /// <summary>How the rows that were read came out.</summary>
    public abstract TableFigures Figures();

    public void Dispose() => _cursor.Dispose();

    /// <summary>Reads the cursor's row.</summary>
    protected abstract object?[] Read();

    /// <summary>Reads a column of the cursor's row.</summary>
    protected Func<T> Reader<T>(string name)
    {
        ValueGetter<T> getter = _cursor.GetGetter<T>(Answered.Schema[name]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }
}
