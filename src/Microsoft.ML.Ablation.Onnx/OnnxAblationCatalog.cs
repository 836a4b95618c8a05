using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>ONNX classifiers in ML.NET's catalogs.</summary>
public static class OnnxAblationCatalog
{
    /// <summary>
    /// Takes a classifier of images from an ONNX file: a base classifier behind <c>Transforms.RandomAblation</c> or masks. Certificates of any size need one that was trained on ablated
    /// images.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, with its weights in it.</param>
    /// <param name="options">How it is used; checked and copied here. Null for the defaults.</param>
    /// <returns>An estimator that reads the file once more for each <c>Fit</c> and learns nothing; the model holds the file.</returns>
    /// <exception cref="ArgumentException">A value is not allowed; the message names it.</exception>
    public static OnnxClassifierEstimator OnnxClassifier(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string path, OnnxClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OnnxClassifierEstimator(CatalogUtils.GetEnvironment(catalog), path, (options ?? new OnnxClassifierOptions()).ToValidated());
    }
}
