using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// What the transformers of this library share: schema propagation, the row-to-row mapper that a
/// <see cref="PredictionEngine{TSrc, TDst}"/> uses, saving, and a view with a single cursor.
/// </summary>
public abstract class RowMapperTransformer : ITransformer
{
    private readonly IHost _host;

    private protected RowMapperTransformer(IHost host) => _host = host;

    private protected IHost Host => _host;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The schema that <see cref="Transform"/> gives for data of the given schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, MakeMapper(inputSchema));
    }

    /// <summary>A view with the new columns. No work is done until a cursor reads them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return MakeView(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Map(new EmptyDataView(_host, inputSchema), MakeMapper);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        Save(ctx);
    }

    private protected virtual IDataView MakeView(IDataView input) => new SingleCursorView(Host, Map(input, MakeMapper));

    private protected RowToRowMapperTransform Map(IDataView input, Func<DataViewSchema, IRowMapper> mapper)
        => new(_host, input, mapper(input.Schema), mapper);

    private protected abstract IRowMapper MakeMapper(DataViewSchema inputSchema);

    private protected abstract void Save(ModelSaveContext ctx);
}
