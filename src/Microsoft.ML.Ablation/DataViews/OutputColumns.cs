namespace Microsoft.ML.Ablation;

/// <summary>The check of names that options give to output columns.</summary>
internal static class OutputColumns
{
    /// <exception cref="ArgumentException">A name is empty, or two are the same.</exception>
    public static void Require(IReadOnlyList<string> names)
    {
        foreach (string name in names)
            ArgumentException.ThrowIfNullOrWhiteSpace(name, "column name");
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two output columns have the name '{twice.Key}'; every output column needs its own.");
    }
}
