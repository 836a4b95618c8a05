namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A column of a certified table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values: String, Double, Single, Int32 or Boolean; each may be null.</param>
internal sealed record CertifiedColumn(string Name, Type Type)
{
    /// <summary>The columns, with a 2, 3 and so on after names that one before has already.</summary>
    public static IEnumerable<CertifiedColumn> Distinct(IEnumerable<CertifiedColumn> columns)
    {
        HashSet<string> taken = [];
        foreach (CertifiedColumn column in columns)
        {
            string name = column.Name;
            for (int i = 2; !taken.Add(name); i++)
                name = FormattableString.Invariant($"{column.Name}_{i}");
            yield return column with { Name = name };
        }
    }
}
