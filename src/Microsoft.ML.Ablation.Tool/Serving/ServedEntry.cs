using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A way of a row into a certifier: the columns that are given, and the transformers that make of them what the certifier takes.</summary>
internal sealed class ServedEntry
{
    private readonly ITransformer[] _parts;
    private readonly IRowToRowMapper? _mapper;

    /// <param name="schema">The columns that are given.</param>
    /// <param name="parts">The transformers, perhaps none.</param>
    /// <exception cref="InvalidDataException">A transformer needs more than the row itself.</exception>
    public ServedEntry(DataViewSchema schema, IEnumerable<ITransformer> parts)
    {
        Schema = schema;
        _parts = [.. parts];
        if (_parts.FirstOrDefault(part => !part.IsRowToRowMapper) is { } other)
            throw new InvalidDataException($"The model has a {other.GetType().Name}, which looks at many rows at once, so that it cannot answer for one; serve a model without it.");
        _mapper = _parts.Length == 0 ? null : ((ITransformer)new TransformerChain<ITransformer>(_parts)).GetRowToRowMapper(schema);
    }

    /// <summary>The columns that are given.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The columns after the transformers.</summary>
    public DataViewSchema OutputSchema => _mapper?.OutputSchema ?? Schema;

    /// <summary>A row behind the transformers; the caller disposes it.</summary>
    /// <param name="row">The row that is given.</param>
    /// <param name="needed">The columns of <see cref="OutputSchema"/> that are read.</param>
    public DataViewRow Map(ServedRow row, IEnumerable<DataViewSchema.Column> needed) => _mapper?.GetRow(row, needed) ?? row;

    /// <summary>One row behind the transformers, as a view.</summary>
    /// <param name="values">A value for each column that is given.</param>
    public IDataView Transform(IReadOnlyList<object?> values) => _parts.Aggregate((IDataView)new ServedView(Schema, values), (view, part) => part.Transform(view));
}
