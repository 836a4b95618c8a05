using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>The columns with a base classifier's answer, in the last schema of its chain.</summary>
/// <param name="Class">The class: a key or a Boolean.</param>
/// <param name="Scores">The score of each class, where contests are counted; null else.</param>
/// <param name="BinaryScore">The single score of a binary classifier; null for others.</param>
internal sealed record ClassAnswer(DataViewSchema.Column Class, DataViewSchema.Column? Scores, DataViewSchema.Column? BinaryScore)
{
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column with the class.</param>
    /// <param name="scores">The column with the scores of all classes, where contests are counted; null else.</param>
    public static ClassAnswer Of(DataViewSchema schema, string name, string? scores)
    {
        DataViewSchema.Column answer = schema[name];
        DataViewSchema.Column? score = schema.GetColumnOrNull(DefaultColumnNames.Score);
        bool isBinary = answer.Type is BooleanDataViewType && score is { Type: NumberDataViewType type } && type == NumberDataViewType.Single;
        return new ClassAnswer(answer, scores is null ? null : schema[scores], isBinary ? score : null);
    }

    public IEnumerable<DataViewSchema.Column> Columns => new[] { Class, Scores, BinaryScore }.OfType<DataViewSchema.Column>();
}
