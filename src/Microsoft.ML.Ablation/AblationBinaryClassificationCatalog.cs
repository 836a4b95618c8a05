using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Extensions of <see cref="BinaryClassificationCatalog"/> for certified answers.</summary>
public static class AblationBinaryClassificationCatalog
{
    /// <summary>
    /// Evaluates certified predictions of two classes with the definitions of Levine and Feizi (AAAI 2020). A row that abstains is not right. ML.NET's own
    /// <c>EvaluateNonCalibrated</c> takes the same rows, and counts the class with most votes as the answer of a row that abstains.
    /// </summary>
    /// <param name="catalog">The binary classification catalog.</param>
    /// <param name="data">The certifier's output with the true labels.</param>
    /// <param name="labelColumnName">Column with the true class: a Boolean, or a key with the values False and True.</param>
    /// <param name="predictedLabelColumnName">Column with the predicted class, as the certifier gives it: a Boolean, or a key that is missing where the row abstains.</param>
    /// <param name="certifiedRadiusColumnName">Int32 column with the certified radius, −1 for none.</param>
    /// <param name="abstainedColumnName">Boolean column: the row has no answer. It is read where the predicted class is a Boolean, which cannot be missing.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, as in the paper's tables, instead of none.</param>
    /// <param name="cancellationToken">Ends it after the current row; so does a context that is cancelled.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are not two classes, label and prediction have no class in common, a label is missing or is a
    /// class that the model does not have, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CertifiedMetrics EvaluateCertified(this BinaryClassificationCatalog catalog, IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string certifiedRadiusColumnName = "CertifiedRadius", string abstainedColumnName = "Abstained",
        bool uncertifiedAsZero = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        int classes = ClassColumn.CountOf(ClassColumn.FindPrediction(data.Schema, predictedLabelColumnName).Type);
        if (classes != 2)
        {
            throw new ArgumentOutOfRangeException(nameof(data), $"Column '{predictedLabelColumnName}' has {classes} classes, but binary classification has 2; use "
                + "ml.MulticlassClassification.EvaluateCertified.");
        }
        return CertifiedEvaluator.Evaluate(CatalogUtils.GetEnvironment(catalog).Register("CertifiedEvaluator"), data, labelColumnName, predictedLabelColumnName,
            certifiedRadiusColumnName, abstainedColumnName, uncertifiedAsZero, cancellationToken);
    }
}
