using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Trainers of this package in ML.NET's catalogs.</summary>
public static class TorchSharpAblationCatalog
{
    /// <summary>
    /// Trains the paper's convolutional network on randomly ablated images. Append it to <c>Transforms.RandomAblation</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The label: a key column.</param>
    /// <param name="featureColumnName">The features: a vector of Single of three dimensions.</param>
    /// <param name="epochs">The number of passes over the training set, at least 1.</param>
    /// <param name="seed">
    /// Makes training reproducible. With null, the context draws a seed; it is reproducible if the context has a seed.
    /// </param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentException">A value is not allowed; the message names it.</exception>
    public static AblatedImageClassificationTrainer AblatedImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        int epochs = 20,
        int? seed = null)
    {
        return AblatedImageClassification(catalog, new AblatedImageClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Epochs = epochs,
            Seed = seed,
        });
    }

    /// <summary>
    /// Trains a network on randomly ablated images, with all options.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Checked and copied here.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentException">A value is not allowed; the message names it.</exception>
    public static AblatedImageClassificationTrainer AblatedImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, AblatedImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AblatedImageClassificationTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }
}
