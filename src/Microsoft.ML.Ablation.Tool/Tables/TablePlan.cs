namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What a table was understood to be: the task, and what each column is to it.</summary>
/// <param name="Table">The table.</param>
/// <param name="Kind">The task.</param>
/// <param name="Label">The label.</param>
/// <param name="LabelText">What was seen of the label, in words.</param>
/// <param name="Attributes">The columns that the model reads, in the order of the table.</param>
/// <param name="Ignored">The columns that it does not read.</param>
/// <param name="Remarks">What looks like a mistake, in sentences.</param>
internal sealed record TablePlan(DelimitedTable Table, TableTaskKind Kind, TableColumn Label, string LabelText, IReadOnlyList<TableColumn> Attributes,
    IReadOnlyList<IgnoredColumn> Ignored, IReadOnlyList<string> Remarks)
{
    /// <summary>All columns that are read, the label last.</summary>
    public IReadOnlyList<TableColumn> Columns => [.. Attributes, Label];

    /// <summary>The names of the attributes of a role.</summary>
    public string[] Of(ColumnRole role) => [.. Attributes.Where(column => column.Role == role).Select(column => column.Name)];

    /// <summary>What was understood, in lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return FormattableString.Invariant($"Data: '{Table.Path}', {Table.Rows.Count:N0} rows, {Table.Names.Count} columns between {Table.SeparatorName}.");
        yield return $"Label: '{Label.Name}', {LabelText}: {Kind.ToString().ToLowerInvariant()}.";
        foreach ((string what, ColumnRole role) in new[] { ("Numbers", ColumnRole.Number), ("Categories", ColumnRole.Category), ("Text", ColumnRole.Text) })
        {
            if (Of(role) is { Length: > 0 } names)
                yield return FormattableString.Invariant($"{what} ({names.Length}): {string.Join(", ", names)}.");
        }
        foreach (IGrouping<string, IgnoredColumn> group in Ignored.GroupBy(column => column.Reason, StringComparer.Ordinal))
            yield return $"Ignored: {string.Join(", ", group.Select(column => column.Name))}, {group.Key}.";
        foreach (string remark in Remarks)
            yield return $"Remark: {remark}";
    }
}
