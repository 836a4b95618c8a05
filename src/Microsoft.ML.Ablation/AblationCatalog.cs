using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The components of this library as methods of <see cref="MLContext"/>'s catalogs.</summary>
public static class AblationCatalog
{
    /// <summary>
    /// Keeps <paramref name="k"/> random positions of each row and replaces the others by NULL.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="k">Number of retained positions, from 1 to the number <c>d</c> of positions.</param>
    /// <param name="outputColumnName">The column that receives the ablated row.</param>
    /// <param name="inputColumnName">The column to ablate, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <param name="encoding">How NULL is shown.</param>
    /// <param name="layout">The order of the values; Auto reads it from the column's dimensions.</param>
    /// <param name="shape">The shape of the image, for a column that is a flat vector.</param>
    /// <param name="groups">Which slots of a table are one attribute; null: as its slot names and categories tell, or each pixel of an image.</param>
    /// <param name="seed">Seed of the ablations that the view shows; null: drawn from the <see cref="MLContext"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public static RandomAblationEstimator RandomAblation(this TransformsCatalog catalog, int k, string outputColumnName = "Features",
        string? inputColumnName = null, AblationEncoding encoding = AblationEncoding.Complement,
        AblationLayout layout = AblationLayout.Auto, ImageShape? shape = null, FeatureGroups? groups = null, int? seed = null)
    {
        return RandomAblation(catalog, new RandomAblationOptions
        {
            RetainedCount = k,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Encoding = encoding,
            Layout = layout,
            Shape = shape,
            Groups = groups,
            Seed = seed,
        });
    }

    /// <summary>Keeps k random positions of each row and replaces the others by NULL.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomAblationEstimator RandomAblation(this TransformsCatalog catalog, RandomAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new RandomAblationEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Shows each row through <paramref name="masks"/> disjoint masks that together retain every position once. A <c>SmoothedCertifier</c> asks about each of them once per row, and
    /// certifies against changed positions without chance: no sampling, no α, nothing secret.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="masks">The number N of masks, from 1 to the number of positions: more reach further, fewer see more of the row.</param>
    /// <param name="outputColumnName">The column that receives the ablated row.</param>
    /// <param name="inputColumnName">The column to ablate, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <param name="encoding">How NULL is shown.</param>
    /// <param name="layout">The order of the values; Auto reads it from the column's dimensions.</param>
    /// <param name="shape">The shape of the image, for a column that is a flat vector.</param>
    /// <param name="groups">Which slots of a table are one attribute; null: as its slot names and categories tell, or each pixel of an image.</param>
    /// <param name="labelColumnName">
    /// The column with the class, a key or a Boolean, by which the masks are chosen (<see cref="AblationMasks.LearnedPartition"/>); null: masks that do not depend on the data.
    /// </param>
    /// <param name="seed">Which position goes to which mask; nothing has to be secret.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="masks"/> is less than 1.</exception>
    public static MaskAblationEstimator PartitionAblation(this TransformsCatalog catalog, int masks, string outputColumnName = "Features",
        string? inputColumnName = null, AblationEncoding encoding = AblationEncoding.Complement,
        AblationLayout layout = AblationLayout.Auto, ImageShape? shape = null, FeatureGroups? groups = null, string? labelColumnName = "Label", int seed = 0)
    {
        return MaskAblation(catalog, new MaskAblationOptions
        {
            Masks = labelColumnName is null ? AblationMasks.Partition(masks, seed) : AblationMasks.LearnedPartition(masks, labelColumnName, seed),
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Encoding = encoding,
            Layout = layout,
            Shape = shape,
            Groups = groups,
        });
    }

    /// <summary>
    /// Shows each image through bands of neighbouring columns, one that begins at each column, and of neighbouring rows, with wrap-around. A <c>SmoothedCertifier</c> certifies with
    /// them against patches, without chance.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="width">Columns or rows of a band, from 1 to those of the image.</param>
    /// <param name="outputColumnName">The column that receives the ablated image.</param>
    /// <param name="inputColumnName">The column with the image, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <param name="encoding">How NULL is shown.</param>
    /// <param name="layout">The order of the values; Auto reads it from the column's dimensions.</param>
    /// <param name="shape">The shape of the image, for a column that is a flat vector.</param>
    /// <param name="direction">What bands are made of: columns, rows, or both.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is less than 1.</exception>
    public static MaskAblationEstimator BandAblation(this TransformsCatalog catalog, int width, string outputColumnName = "Features", string? inputColumnName = null,
        AblationEncoding encoding = AblationEncoding.Complement, AblationLayout layout = AblationLayout.Auto, ImageShape? shape = null,
        BandDirection direction = BandDirection.Both)
    {
        return MaskAblation(catalog, new MaskAblationOptions
        {
            Masks = AblationMasks.Bands(width, direction),
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Encoding = encoding,
            Layout = layout,
            Shape = shape,
        });
    }

    /// <summary>
    /// Shows each image through square blocks, one that begins at each position, with wrap-around. A <c>SmoothedCertifier</c> certifies with them against patches, without chance.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="side">Rows and columns of a block, from 1 to the smaller of those of the image.</param>
    /// <param name="outputColumnName">The column that receives the ablated image.</param>
    /// <param name="inputColumnName">The column with the image, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <param name="encoding">How NULL is shown.</param>
    /// <param name="layout">The order of the values; Auto reads it from the column's dimensions.</param>
    /// <param name="shape">The shape of the image, for a column that is a flat vector.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is less than 1.</exception>
    public static MaskAblationEstimator BlockAblation(this TransformsCatalog catalog, int side, string outputColumnName = "Features", string? inputColumnName = null,
        AblationEncoding encoding = AblationEncoding.Complement, AblationLayout layout = AblationLayout.Auto, ImageShape? shape = null)
    {
        return MaskAblation(catalog, new MaskAblationOptions
        {
            Masks = AblationMasks.Blocks(side),
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Encoding = encoding,
            Layout = layout,
            Shape = shape,
        });
    }

    /// <summary>Shows each row through the masks of a fixed family, such as one of your own.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static MaskAblationEstimator MaskAblation(this TransformsCatalog catalog, MaskAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new MaskAblationEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Moves images by up to <paramref name="padding"/> pixels and mirrors half of them while a trainer reads them; put it before
    /// <c>RandomAblation</c> and after any cache.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="padding">The most pixels in each direction, from 0 to less than the image's sides.</param>
    /// <param name="flip">Whether half of the images are mirrored, left to right.</param>
    /// <param name="outputColumnName">The column that receives the image.</param>
    /// <param name="inputColumnName">The column with the image, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomCropFlipEstimator RandomCropFlip(this TransformsCatalog catalog, int padding = 4, bool flip = true,
        string outputColumnName = "Features", string? inputColumnName = null)
    {
        return RandomCropFlip(catalog, new RandomCropFlipOptions
        {
            Padding = padding,
            Flip = flip,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
        });
    }

    /// <summary>Moves and mirrors images at random while a trainer reads them.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomCropFlipEstimator RandomCropFlip(this TransformsCatalog catalog, RandomCropFlipOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new RandomCropFlipEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Shows trainers a random part of every image, resized to be the whole and mirrored half the time, and all others the centre of
    /// the image: the usual augmentation for ImageNet. Put it before <c>RandomAblation</c> and after any cache.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="height">The rows of pixels that come out, from 1 to those of the image; null: those of the image.</param>
    /// <param name="width">The pixels per row that come out, from 1 to those of the image; null: those of the image.</param>
    /// <param name="flip">Whether half of the images are mirrored, left to right.</param>
    /// <param name="outputColumnName">The column that receives the image.</param>
    /// <param name="inputColumnName">The column with the image, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomResizedCropFlipEstimator RandomResizedCropFlip(this TransformsCatalog catalog, int? height = null, int? width = null,
        bool flip = true, string outputColumnName = "Features", string? inputColumnName = null)
    {
        return RandomResizedCropFlip(catalog, new RandomResizedCropFlipOptions
        {
            Height = height,
            Width = width,
            Flip = flip,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
        });
    }

    /// <summary>Shows trainers a random part of every image, resized and mirrored at random, and all others its centre.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomResizedCropFlipEstimator RandomResizedCropFlip(this TransformsCatalog catalog, RandomResizedCropFlipOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new RandomResizedCropFlipEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Subtracts a mean from each channel of an image and divides it by a standard deviation, such as those of
    /// <see cref="ImageNetChannels"/>. A <c>RandomAblation</c> after it needs <see cref="AblationOptions.NormalizedInput"/>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="means">What is subtracted: finite, one number per channel.</param>
    /// <param name="standardDeviations">What is divided by: finite, above 0, one number per channel.</param>
    /// <param name="outputColumnName">The column that receives the image.</param>
    /// <param name="inputColumnName">The column with the image, a <c>Vector&lt;Single&gt;</c> of known size; null: the output column's name.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static NormalizeChannelsEstimator NormalizeChannels(this TransformsCatalog catalog, IReadOnlyList<float> means,
        IReadOnlyList<float> standardDeviations, string outputColumnName = "Features", string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(standardDeviations);
        return NormalizeChannels(catalog, new NormalizeChannelsOptions
        {
            Means = means,
            StandardDeviations = standardDeviations,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
        });
    }

    /// <summary>Subtracts a mean from each channel of an image and divides it by a standard deviation.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static NormalizeChannelsEstimator NormalizeChannels(this TransformsCatalog catalog, NormalizeChannelsOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NormalizeChannelsEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Refuses files that are no whole images, by name, when their rows are read; put it before ML.NET's <c>LoadImages</c>, which does not
    /// name the file and takes one that breaks off for a whole one.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columnName">The text column with the full paths, as <c>LoadImageFolder</c> gives it; it stays as it is.</param>
    /// <exception cref="ArgumentException"><paramref name="columnName"/> is empty.</exception>
    public static CheckImageFilesEstimator CheckImageFiles(this TransformsCatalog catalog, string columnName = "ImagePath")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(columnName);
        return new CheckImageFilesEstimator(CatalogUtils.GetEnvironment(catalog), columnName);
    }

    /// <summary>
    /// Smooths a base regressor over its ablations: the median of its outputs, with intervals that it provably does not leave, however some positions are changed.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="baseRegressor">A chain that begins with <c>RandomAblation</c>, or another ablation, and gives a column <c>Score</c>, a Single.</param>
    /// <param name="options">Radii, ablations, confidence, seed and column names; null for the defaults.</param>
    /// <param name="trainingCopies">How often the base regressor is shown each training row, every time with another ablation; see <see cref="RepeatRows"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SmoothedRegressorEstimator SmoothedRegressor(this TransformsCatalog catalog, IEstimator<ITransformer> baseRegressor,
        SmoothedRegressorOptions? options = null, int trainingCopies = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(baseRegressor);
        RequireCopies(trainingCopies, nameof(trainingCopies));
        return new SmoothedRegressorEstimator(CatalogUtils.GetEnvironment(catalog), baseRegressor, null, options ?? new SmoothedRegressorOptions(), trainingCopies);
    }

    /// <summary>Smooths a fitted base regressor in the same way.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="baseRegressor">A fitted chain that begins with an ablation and gives a column <c>Score</c>, a Single. The smoothed regressor becomes its owner.</param>
    /// <param name="options">Radii, ablations, confidence, seed and column names.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the chain does not begin with an ablation.</exception>
    public static SmoothedRegressorEstimator SmoothedRegressor(this TransformsCatalog catalog, ITransformer baseRegressor, SmoothedRegressorOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(baseRegressor);
        return new SmoothedRegressorEstimator(CatalogUtils.GetEnvironment(catalog), null, baseRegressor, options, trainingCopies: 1);
    }

    /// <summary>Smooths a base classifier over its ablations and certifies its answers.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="baseClassifier">A chain that begins with <c>RandomAblation</c>, or another ablation, and gives a column <c>PredictedLabel</c>, a key or a Boolean.</param>
    /// <param name="options">Votes, confidence, seed and column names; null for the defaults. <see cref="SmoothedCertifierOptions.Paper"/> has the paper's.</param>
    /// <param name="trainingCopies">How often the base classifier is shown each training row, every time with another ablation; see
    /// <see cref="RepeatRows"/>. More than 1 is for trainers that read the data once, such as trees; networks of this library ablate anew in every epoch.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SmoothedCertifierEstimator SmoothedCertifier(this TransformsCatalog catalog, IEstimator<ITransformer> baseClassifier,
        SmoothedCertifierOptions? options = null, int trainingCopies = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(baseClassifier);
        RequireCopies(trainingCopies, nameof(trainingCopies));
        return new SmoothedCertifierEstimator(CatalogUtils.GetEnvironment(catalog), baseClassifier, null, options ?? new SmoothedCertifierOptions(), trainingCopies);
    }

    /// <summary>Smooths a fitted base classifier over random ablations and certifies its answers, with the default options.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="baseClassifier">A fitted chain that begins with a random ablation and gives a
    /// column <c>PredictedLabel</c>, a key or a Boolean. The certifier becomes its owner.</param>
    /// <exception cref="ArgumentException">The chain does not begin with a random ablation.</exception>
    public static SmoothedCertifierEstimator SmoothedCertifier(this TransformsCatalog catalog, ITransformer baseClassifier)
        => SmoothedCertifier(catalog, baseClassifier, new SmoothedCertifierOptions());

    /// <summary>Smooths a fitted base classifier over random ablations and certifies its answers.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="baseClassifier">A fitted chain that begins with a random ablation and gives a
    /// column <c>PredictedLabel</c>, a key or a Boolean. The certifier becomes its owner.</param>
    /// <param name="options">Votes, confidence, seed and column names.</param>
    /// <exception cref="ArgumentException">The chain does not begin with a random ablation, or an option is out of its range.</exception>
    public static SmoothedCertifierEstimator SmoothedCertifier(this TransformsCatalog catalog, ITransformer baseClassifier,
        SmoothedCertifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(baseClassifier);
        return new SmoothedCertifierEstimator(CatalogUtils.GetEnvironment(catalog), null, baseClassifier, options, trainingCopies: 1);
    }

    /// <summary>
    /// All rows several times, pass after pass, with the number of the pass in a column <c>AblationCopy</c> by which <c>RandomAblation</c> draws another
    /// ablation for each: for trainers that read the data once. The certifier's <c>trainingCopies</c> does this by itself; here it is for a base
    /// classifier that you fit yourself. No work is done until a cursor reads the view.
    /// </summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="data">The rows.</param>
    /// <param name="copies">How often each is shown, from 1 to 100,000.</param>
    /// <exception cref="ArgumentException"><paramref name="copies"/> is out of its range, or the data have such a column already.</exception>
    public static IDataView RepeatRows(this DataOperationsCatalog catalog, IDataView data, int copies)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        RequireCopies(copies, nameof(copies));
        if (data.Schema.GetColumnOrNull(AblatedCopiesView.CopyColumn) is not null)
            throw new ArgumentException($"The data have a column '{AblatedCopiesView.CopyColumn}' already; repeat rows once, with all copies.", nameof(data));
        return new AblatedCopiesView(CatalogUtils.GetEnvironment(catalog), data, copies);
    }

    private static void RequireCopies(int copies, string name)
    {
        const int most = 100_000;
        if (copies is < 1 or > most)
            throw new ArgumentOutOfRangeException(name, copies, $"{name} is {copies}; it must be from 1 to {most}.");
    }

    /// <summary>
    /// Fits a classifier with each of some numbers <c>k</c> of retained positions and certifies the rows of a validation set, so that <c>k</c> can be chosen:
    /// more positions mean more accuracy, fewer mean larger radii. Choose on rows that are neither training nor test set.
    /// </summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="train">What is fitted on.</param>
    /// <param name="validation">What is certified.</param>
    /// <param name="retained">The numbers to try; at least one.</param>
    /// <param name="pipeline">Makes the pipeline for a <c>k</c>, with a <c>SmoothedCertifier</c> in it.</param>
    /// <param name="labelColumnName">Column with the true class.</param>
    /// <param name="cancellationToken">Ends it before the next <c>k</c> or after the current row; a training ends by its own options.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ArgumentException"><paramref name="retained"/> is empty, or a pipeline refuses the data.</exception>
    public static RetainedComparison CompareRetainedCounts(this MulticlassClassificationCatalog catalog, IDataView train, IDataView validation,
        IReadOnlyList<int> retained, Func<int, IEstimator<ITransformer>> pipeline, string labelColumnName = "Label", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(retained);
        ArgumentNullException.ThrowIfNull(pipeline);
        if (retained.Count == 0)
            throw new ArgumentException("There is no k to compare; give at least one.", nameof(retained));
        return new RetainedComparison([.. retained.Select(k =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            ITransformer model = pipeline(k).Fit(train);
            using var owned = model as IDisposable;
            return KeyValuePair.Create(k, catalog.EvaluateCertified(model.Transform(validation), labelColumnName, cancellationToken: cancellationToken));
        })]);
    }

    /// <summary>Evaluates certified predictions with the definitions of Levine and Feizi (AAAI 2020).</summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="data">The certifier's output with the true labels.</param>
    /// <param name="labelColumnName">Column with the true class: a key, or a Boolean. Classes are compared by their values, whatever their order; only where a key has no
    /// values (KeyValues), by their numbers.</param>
    /// <param name="predictedLabelColumnName">Column with the predicted class, as the certifier gives it: a key, missing where abstained and not yet mapped to values, or a
    /// Boolean.</param>
    /// <param name="certifiedRadiusColumnName">Int32 column with the certified radius, −1 for none.</param>
    /// <param name="abstainedColumnName">Boolean column: the row has no answer. It is read where the predicted class is a Boolean, which cannot be missing.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, as in the paper's
    /// tables, instead of none.</param>
    /// <param name="cancellationToken">Ends it after the current row; so does a context that is cancelled.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, label and prediction have no class in common, a label is missing or is a class that the
    /// model does not have, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CertifiedMetrics EvaluateCertified(this MulticlassClassificationCatalog catalog, IDataView data,
        string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel",
        string certifiedRadiusColumnName = "CertifiedRadius", string abstainedColumnName = "Abstained", bool uncertifiedAsZero = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return CertifiedEvaluator.Evaluate(CatalogUtils.GetEnvironment(catalog).Register("CertifiedEvaluator"), data, labelColumnName, predictedLabelColumnName, certifiedRadiusColumnName,
            abstainedColumnName, uncertifiedAsZero, cancellationToken);
    }
}
