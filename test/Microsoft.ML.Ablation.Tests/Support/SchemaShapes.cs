using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Support;

internal static class SchemaShapes
{
    /// <summary>Two shapes have the same columns with the same kinds, item types and annotations.</summary>
    public static void AssertEqual(SchemaShape expected, SchemaShape real)
    {
        CollectionAssert.AreEquivalent(real.Select(Describe).ToArray(), expected.Select(Describe).ToArray());
    }

    private static string Describe(SchemaShape.Column column)
        => $"{column.Name}: {column.Kind} {column.ItemType} key={column.IsKey} "
            + $"[{string.Join("; ", column.Annotations.OrderBy(a => a.Name).Select(Describe))}]";
}
