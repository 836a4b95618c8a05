using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The task that the model of a predicted label was trained for.</summary>
internal static class PredictionTask
{
    /// <summary>
    /// What a model is that gives a predicted label and is no classifier: a cluster has no meaning before the data, and an anomaly none beyond them. Null for a classifier,
    /// and for a transformer that says nothing of itself, as those that users make.
    /// </summary>
    /// <param name="answering">The transformer that gives the column.</param>
    /// <param name="predictedLabel">The column.</param>
    public static string? OtherThanClassification(ITransformer answering, DataViewSchema.Column predictedLabel)
    {
        // An anomaly detector's column says that it is one of binary classification, but its model knows better. A copied column has only what it says.
        string kind = answering is IPredictionTransformer<object> { Model: IPredictor predictor } ? predictor.PredictionKind.ToString() : ScoreColumnKindOf(predictedLabel);
        return kind switch
        {
            nameof(PredictionKind.Clustering) => "clustering",
            nameof(PredictionKind.AnomalyDetection) => "anomaly detection",
            nameof(PredictionKind.Regression) or nameof(PredictionKind.MultiOutputRegression) => "regression",
            nameof(PredictionKind.Ranking) => "ranking",
            nameof(PredictionKind.Recommendation) or AnnotationUtils.Const.ScoreColumnKind.Recommender => "recommendation",
            _ => null,
        };
    }

    private static string ScoreColumnKindOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnKind)?.Type is not TextDataViewType)
            return "";
        ReadOnlyMemory<char> kind = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnKind, ref kind);
        return kind.ToString();
    }
}
