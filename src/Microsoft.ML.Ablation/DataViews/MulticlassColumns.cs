using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What multiclass trainers say of the columns that their models make.</summary>
internal static class MulticlassColumns
{
    /// <summary>Checks that a label is a key.</summary>
    /// <param name="label">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is something else.</exception>
    public static void RequireKey(SchemaShape.Column label)
    {
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar || label.ItemType != NumberDataViewType.UInt32)
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"The label column '{label.Name}' has type {label.GetTypeString()}, "
                + $"but it must be a key; put Conversion.MapValueToKey(\"{label.Name}\") before the trainer.");
        }
    }

    /// <summary>Score, with a slot per class, and PredictedLabel, a key with the label's values.</summary>
    /// <param name="inputSchema">The training data.</param>
    /// <param name="labelColumnName">The label.</param>
    public static SchemaShape.Column[] Of(SchemaShape inputSchema, string labelColumnName)
    {
        inputSchema.TryFindColumn(labelColumnName, out SchemaShape.Column label);
        IEnumerable<SchemaShape.Column> keyValues = label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
            new(DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true,
                new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation()))),
        ];
    }
}
