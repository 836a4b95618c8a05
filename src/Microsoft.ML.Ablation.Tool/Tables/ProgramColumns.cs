using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The columns of a model that a program made, whose file does not say what they are: the answer tells which of them it reads.</summary>
/// <param name="chain">The model.</param>
/// <param name="schema">What it takes, as its file says.</param>
internal sealed class ProgramColumns(ITransformer chain, DataViewSchema schema)
{
    /// <summary>The columns with what they are to the model; null where it has no smoothed certifier or regressor, or takes something else than numbers and texts.</summary>
    public IReadOnlyList<TableColumn>? Find()
    {
        if (AnswerColumns() is not { } answers || !chain.IsRowToRowMapper || schema.Any(column => column.Type != TextDataViewType.Instance && column.Type != NumberDataViewType.Single))
            return null;
        IRowToRowMapper mapper = chain.GetRowToRowMapper(schema);
        HashSet<int> read = [.. mapper.GetDependencies(answers.Select(name => mapper.OutputSchema[name])).Select(column => column.Index)];
        DataViewSchema.Column[] others = [.. schema.Where(column => !read.Contains(column.Index))];
        // What is learnt from is not read for an answer.
        DataViewSchema.Column? label = others.Length == 1 ? others[0]
            : others.Where(column => column.Name.Equals(TableTask.LabelName, StringComparison.OrdinalIgnoreCase)).Select(column => (DataViewSchema.Column?)column).FirstOrDefault();
        return label is null ? null : [.. schema.Select(column => new TableColumn(column.Name, RoleOf(column), column.Type is NumberDataViewType))];

        ColumnRole RoleOf(DataViewSchema.Column column) => column.Index == label.Value.Index ? ColumnRole.Label
            : !read.Contains(column.Index) ? ColumnRole.Unread
            : column.Type is NumberDataViewType ? ColumnRole.Number
            : column.Name == CertifierChain.Find(chain)?.FeatureColumnName ? ColumnRole.Text : ColumnRole.Category;
    }

    private IEnumerable<string>? AnswerColumns() => TableModel.RegressorOf(chain) is { } regressor
        ? [regressor.Options.ScoreColumnName, regressor.Options.CertifiedLowerColumnName, regressor.Options.CertifiedUpperColumnName]
        : CertifierChain.Find(chain) is { } certifier ? [certifier.Options.PredictedLabelColumnName, certifier.Options.CertifiedRadiusColumnName] : null;
}
