using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The classes of a table as trainers take them: a key, and a weight for each row.</summary>
internal static class TableClasses
{
    /// <summary>The weight of a row.</summary>
    public const string WeightName = "AblationClassWeight";

    /// <summary>
    /// Numbers the classes in the order of their names, and weighs their rows by the root of how rare they are: a classifier that sees little of a row answers the most frequent class
    /// otherwise, whatever the row is.
    /// </summary>
    public static IEstimator<ITransformer> Keys(MLContext ml, TablePlan plan)
    {
        int column = plan.Table.IndexOf(plan.Label.Name);
        Dictionary<string, int> counts = plan.Table.Rows.CountBy(row => row.Cells[column].Trim(), StringComparer.Ordinal).ToDictionary();
        double even = (double)plan.Table.Rows.Count / counts.Count;
        KeyValuePair<string, float>[] weights = [.. counts.Select(count => KeyValuePair.Create(count.Key, (float)Math.Sqrt(even / count.Value)))];
        return ml.Transforms.Conversion.MapValue(WeightName, weights, plan.Label.Name)
            .Append(ml.Transforms.Conversion.MapValueToKey(TableTask.LabelName, plan.Label.Name, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue));
    }
}
