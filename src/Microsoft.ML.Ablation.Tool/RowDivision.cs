using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>How training divided its rows into those that it saw and those that it held out. The file of a model says it, because <c>--held-out</c> has to divide them alike.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Share">The share that was held out, in [0, 1).</param>
internal sealed record RowDivision(int Seed, double Share)
{
    private const string SeedKind = "HeldOutSeed", ShareKind = "HeldOutShare", RowsKind = "HeldOutOf";

    /// <summary>How many rows were divided, where the division depends on it; else null.</summary>
    public long? Rows { get; init; }

    /// <summary>A schema for the file of a model, which says the division too.</summary>
    /// <param name="schema">The schema that the model takes.</param>
    public DataViewSchema AddTo(DataViewSchema schema) => Rewrite(schema, this);

    /// <summary>A schema that says nothing of the division, for a file that is to hold no seed.</summary>
    /// <param name="schema">The schema in the file; null where it has none.</param>
    public static DataViewSchema? RemoveFrom(DataViewSchema? schema) => schema is null ? null : Rewrite(schema, null);

    private static DataViewSchema Rewrite(DataViewSchema schema, RowDivision? division)
    {
        var saying = new DataViewSchema.Builder();
        foreach ((int index, DataViewSchema.Column column) in schema.Where(column => !column.IsHidden).Index())
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(column.Annotations, kind => kind is not (SeedKind or ShareKind or RowsKind));
            if (division is not null && index == 0)
            {
                annotations.AddPrimitiveValue(SeedKind, NumberDataViewType.Int32, division.Seed);
                annotations.AddPrimitiveValue(ShareKind, NumberDataViewType.Double, division.Share);
                if (division.Rows is { } rows)
                    annotations.AddPrimitiveValue(RowsKind, NumberDataViewType.Int64, rows);
            }
            saying.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }
        return saying.ToSchema();
    }

    /// <summary>The division of the training; null where the file of the model does not say it.</summary>
    /// <param name="schema">The schema in the file; null where it has none.</param>
    public static RowDivision? Of(DataViewSchema? schema)
    {
        if (schema is not { Count: > 0 } || Value<int>(schema[0], SeedKind) is not { } seed || Value<double>(schema[0], ShareKind) is not { } share)
            return null;
        return new RowDivision(seed, share) { Rows = Value<long>(schema[0], RowsKind) };
    }

    private static T? Value<T>(DataViewSchema.Column column, string kind) where T : struct
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type.RawType != typeof(T))
            return null;
        T value = default;
        column.Annotations.GetValue(kind, ref value);
        return value;
    }
}
