using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>The transformers of a base model as maps from row to row, and the columns of each that the answer needs.</summary>
internal sealed class ChainPlan
{
    private readonly IRowToRowMapper[] _mappers;
    private readonly DataViewSchema.Column[][] _needed;
    private readonly HashSet<int> _neededOfAblated;

    /// <param name="transformers">The transformers after the ablation.</param>
    /// <param name="ablatedSchema">The schema of ablated rows.</param>
    /// <param name="ablatedColumn">The index of the ablated column.</param>
    /// <param name="answers">The columns with the answer, of the last schema.</param>
    /// <exception cref="ArgumentException">A transformer does not map rows to rows.</exception>
    public ChainPlan(IEnumerable<ITransformer> transformers, DataViewSchema ablatedSchema, int ablatedColumn, Func<DataViewSchema, IEnumerable<DataViewSchema.Column>> answers)
    {
        Schema = ablatedSchema;
        AblatedColumn = ablatedColumn;
        DataViewSchema schema = ablatedSchema;
        var mappers = new List<IRowToRowMapper>();
        foreach (ITransformer transformer in transformers)
        {
            if (!transformer.IsRowToRowMapper)
            {
                throw new ArgumentException($"{transformer.GetType().Name} in the base classifier does not map each row by itself, so that one ablation "
                    + "cannot be scored apart from others; put it before the certifier, or leave it out.", nameof(transformers));
            }
            IRowToRowMapper mapper = transformer.GetRowToRowMapper(schema);
            mappers.Add(mapper);
            schema = mapper.OutputSchema;
        }
        _mappers = [.. mappers];
        OutputSchema = schema;
        _needed = new DataViewSchema.Column[_mappers.Length][];
        IEnumerable<DataViewSchema.Column> columns = answers(schema);
        for (int i = _mappers.Length - 1; i >= 0; i--)
        {
            _needed[i] = [.. columns];
            columns = [.. _mappers[i].GetDependencies(_needed[i])];
        }
        _neededOfAblated = [.. columns.Select(column => column.Index)];
    }

    /// <summary>The schema of ablated rows.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The schema after the last transformer.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>The index of the ablated column.</summary>
    public int AblatedColumn { get; }

    /// <summary>Whether the answer needs a column of ablated rows.</summary>
    public bool IsNeeded(int column) => _neededOfAblated.Contains(column);

    /// <summary>The columns of the row before the ablation that the answer needs beside the one that is ablated.</summary>
    public IEnumerable<int> OtherColumns() => _neededOfAblated.Select(InputIndex).OfType<int>();

    /// <summary>The index before the ablation of a column of ablated rows; null for the ablated one, which is added.</summary>
    public int? InputIndex(int column) => column == AblatedColumn ? null : column < AblatedColumn ? column : column - 1;

    /// <summary>The row at the end of the chain, over an ablated row.</summary>
    public DataViewRow Open(DataViewRow ablated)
    {
        DataViewRow row = ablated;
        for (int i = 0; i < _mappers.Length; i++)
            row = _mappers[i].GetRow(row, _needed[i]);
        return row;
    }
}
