using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What is asked of a fitted model with a smoothed certifier, or a smoothed regressor, beside <see cref="ITransformer.Transform"/>.</summary>
public static class CertificationCatalog
{
    /// <summary>
    /// Transforms all rows now, each once, and keeps all columns in memory: what is read of the result afterwards costs no further certification. <c>ml.Data.Cache</c> would certify
    /// every row anew for each column that is read for the first time.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="model">A smoothed certifier or regressor, a chain with one, or any other transformer.</param>
    /// <param name="rows">What the model takes.</param>
    /// <param name="progress">Told after every row how far it is. Default: nobody.</param>
    /// <param name="cancellationToken">Ends it: within a row, after at most a few hundred random ablations; fixed masks of a row are few and finished first.</param>
    /// <returns>
    /// The rows with the schema of <c>model.Transform(rows)</c>, annotations included, in any order (it can be shuffled) and for any number of cursors. It holds every value of every
    /// column, the input's too: drop columns first (<c>DropColumns</c>) where they are large and nobody reads them again. As in a cache, columns are missing whose values are no
    /// numbers, texts or the like, such as images before <c>ExtractPixels</c>; so are hidden ones, which have no name of their own any more. The model may be disposed.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IDataView Certify(this DataOperationsCatalog catalog, ITransformer model, IDataView rows, IProgress<CertificationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        return new RowCertification(CatalogUtils.GetEnvironment(catalog), model, progress).Read(rows, cancellationToken);
    }

    /// <summary>The same in a thread of the pool. Only one of the model's users at a time may read data that is not thread-safe.</summary>
    /// <inheritdoc cref="Certify"/>
    public static Task<IDataView> CertifyAsync(this DataOperationsCatalog catalog, ITransformer model, IDataView rows, IProgress<CertificationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        return Task.Run(() => catalog.Certify(model, rows, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Explains the certificate of a row: <see cref="SmoothedCertifierTransformer.Explain"/> for a model with preprocessing before the certifier.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="model">A smoothed certifier, or a chain with one.</param>
    /// <param name="rows">What the model takes; the first row is explained.</param>
    /// <param name="ablations">How many ablations tell which positions matter. Default: 1,000.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The model has no smoothed certifier, or there is no row.</exception>
    public static CertificateExplanation Explain(this DataOperationsCatalog catalog, ITransformer model, IDataView rows, int ablations = 1_000,
        CancellationToken cancellationToken = default)
    {
        (SmoothedCertifierTransformer certifier, IDataView input) = CertifierOf(catalog, model, rows);
        return certifier.Explain(input, ablations, cancellationToken);
    }

    /// <summary>Answers at once without a certificate: <see cref="SmoothedCertifierTransformer.AnswerUncertified"/> for a model with preprocessing before the certifier.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="model">A smoothed certifier, or a chain with one.</param>
    /// <param name="rows">What the model takes.</param>
    /// <param name="ablations">How many random ablations of a row are asked. Default: 100.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The model has no smoothed certifier.</exception>
    public static IEnumerable<UncertifiedAnswer> AnswerUncertified(this DataOperationsCatalog catalog, ITransformer model, IDataView rows, int ablations = 100,
        CancellationToken cancellationToken = default)
    {
        (SmoothedCertifierTransformer certifier, IDataView input) = CertifierOf(catalog, model, rows);
        return certifier.AnswerUncertified(input, ablations, cancellationToken);
    }

    private static (SmoothedCertifierTransformer Certifier, IDataView Input) CertifierOf(DataOperationsCatalog catalog, ITransformer model, IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        SmoothedCertifierTransformer certifier = CertifierChain.Find(model)
            ?? throw new ArgumentException($"The model, a {model.GetType().Name}, has no smoothed certifier; give one, or a chain that was fitted with ml.Transforms.SmoothedCertifier.", nameof(model));
        return (certifier, CertifierChain.InputOf(certifier, model, rows));
    }
}
