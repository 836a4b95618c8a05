namespace Microsoft.ML.Ablation;

/// <summary>The groups that <c>Fit</c> has found for a column.</summary>
/// <param name="Groups">The groups; null where every slot, or every pixel, is a position by itself.</param>
/// <param name="Note">What the user should know of how they were found; null for nothing.</param>
/// <param name="IsWarning">Whether certificates may be false, or much smaller than they could be, if the note is not heeded.</param>
internal sealed record ResolvedGroups(FeatureGroup[]? Groups, string? Note, bool IsWarning)
{
    private const int MostListed = 20;

    public static ResolvedGroups None { get; } = new(null, null, IsWarning: false);

    /// <summary>How many positions a column has, and which.</summary>
    public static string Counted(string column, int slots, IReadOnlyList<FeatureGroup> groups)
    {
        string list = string.Join(", ", groups.Take(MostListed).Select(group => group.Slots.Count == 1 ? group.Name : $"{group.Name} ({group.Slots.Count} slots)"));
        string more = groups.Count > MostListed ? $" and {groups.Count - MostListed} more" : "";
        return $"The {slots} slots of column '{column}' are {groups.Count} positions: {list}{more}";
    }
}
