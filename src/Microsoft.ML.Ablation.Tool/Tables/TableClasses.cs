using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Classes of a table.</summary>
internal static class TableClasses
{
    /// <summary>Numbers the classes of a label in the order of their names.</summary>
    public static IEstimator<ITransformer> Keys(MLContext ml, string label)
        => ml.Transforms.Conversion.MapValueToKey(TableTask.LabelName, label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
}
