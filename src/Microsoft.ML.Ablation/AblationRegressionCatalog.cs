using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The components of this library as methods of <c>mlContext.Regression</c>.</summary>
public static class AblationRegressionCatalog
{
    /// <summary>Evaluates a smoothed regressor: how close its medians are to the labels, and how close they stay however positions are changed.</summary>
    /// <param name="catalog">The regression catalog.</param>
    /// <param name="data">The output of <c>SmoothedRegressor</c> with the true labels.</param>
    /// <param name="labelColumnName">Column with the true value, a Single.</param>
    /// <param name="columns">The smoothed regressor's options, for its column names and its token of cancellation; null for the default names.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, a label is missing, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CertifiedRegressionMetrics EvaluateCertified(this RegressionCatalog catalog, IDataView data, string labelColumnName = "Label", SmoothedRegressorOptions? columns = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        IHost host = CatalogUtils.GetEnvironment(catalog).Register("CertifiedRegressionEvaluator");
        return CertifiedRegressionEvaluator.Evaluate(host, data, labelColumnName, columns ?? new SmoothedRegressorOptions());
    }
}
