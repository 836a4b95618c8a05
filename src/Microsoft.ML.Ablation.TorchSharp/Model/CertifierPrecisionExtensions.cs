using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Reads and changes the number format in which a smoothed certifier's network votes.</summary>
public static class CertifierPrecisionExtensions
{
    /// <summary>Which rows and ablations settle the ranges of integers; fixed, so that the same rows give the same integers.</summary>
    private const int RangeSeed = 1;

    /// <summary>
    /// The number format in which the certifier's network votes; null if its base classifier is no network of this library.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <returns>The precision, never Auto.</returns>
    public static ScoringPrecision? Precision(this SmoothedCertifierTransformer certifier)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        return NetworkTransformer.Find(BaseClassifier.From(certifier.BaseModel))?.Model.Precision;
    }

    /// <summary>
    /// A copy of the certifier, with the same seed and weights, whose network votes in another number format: for a machine that
    /// computes the model's format slowly. It is another classifier with other answers to a few ablations, so the certificates of
    /// one do not hold for the other; save it as a separate model.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="precision">The number format; Auto for Int8 with rows, and without for the fastest of torch's on this machine.</param>
    /// <param name="rows">
    /// For <see cref="ScoringPrecision.Int8"/> and Auto: rows such as those of the training, with the columns that the certifier reads. The ranges of integers come from ablations of up to
    /// 1,000 of them. Null with other precisions.
    /// </param>
    /// <returns>A certifier with its own weights: dispose both.</returns>
    /// <exception cref="ArgumentException">The precision is no value of the enumeration, or rows are given without need, or not given.</exception>
    /// <exception cref="InvalidOperationException">
    /// The base classifier is no network of this library or cannot vote in integers, a cluster counts its votes and has the model already, or there are no rows.
    /// </exception>
    public static SmoothedCertifierTransformer WithPrecision(this SmoothedCertifierTransformer certifier, ScoringPrecision precision, IDataView? rows = null)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision),
                $"precision is {precision}; allowed are {string.Join(", ", Enum.GetNames<ScoringPrecision>())}.");
        }
        if (precision == ScoringPrecision.Int8 && rows is null)
            throw new ArgumentException("precision is Int8, but rows is null; give rows such as those of the training, from which the ranges of integers come.", nameof(rows));
        if (precision is not (ScoringPrecision.Int8 or ScoringPrecision.Auto) && rows is not null)
            throw new ArgumentException($"rows are given, but precision is {precision}; only Int8 and Auto take ranges from rows.", nameof(rows));
        if (certifier.Precision() is null)
            throw NoNetwork("precision to change");
        return NetworkTransformer.Replace(certifier, (before, network)
            => NetworkTransformer.WithModel(network, network.Model.WithPrecision(precision, rows is null ? null : Ablated(before.Transform(rows), network))));
    }

    /// <summary>
    /// A copy of the certifier, with the same seed and weights, whose network scores an ablated image and its mirror image and votes by the mean (<c>MirrorScores</c> of the trainer). It
    /// is another classifier; save it as a separate model.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="rows">For a network that votes in integers: rows such as those of the training, as <see cref="WithPrecision"/> takes them. Null with other precisions.</param>
    /// <returns>A certifier with its own weights: dispose both.</returns>
    /// <exception cref="ArgumentException">Rows are given without need, or not given.</exception>
    /// <exception cref="InvalidOperationException">
    /// The base classifier is no network of this library that scores single ablations, or has such scores already; a cluster counts its votes and has the model already; or there are no
    /// rows.
    /// </exception>
    public static SmoothedCertifierTransformer WithMirroredScores(this SmoothedCertifierTransformer certifier, IDataView? rows = null)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        RequireRows(certifier.Precision() ?? throw NoNetwork("scores to average with those of mirror images"), rows);
        return NetworkTransformer.Replace(certifier, (before, network)
            => NetworkTransformer.WithModel(network, network.Model.WithMirroredScores(rows is null ? null : Ablated(before.Transform(rows), network))));
    }

    /// <summary>
    /// A certifier with the same ablations, seed and options, whose network is this one's and those of others: it votes by the mean of their scores. Networks of several trainings, of
    /// other seeds or on other values of k, err apart from one another; their mean is right more often, and its votes agree more, at as many times the cost of a vote (Horváth et al.,
    /// "Boosting Randomized Smoothing with Variance Reduced Classifiers", ICLR 2022). It is another classifier; save it as a separate model.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="others">
    /// One or more with networks of this library for the same images, encoding and classes. Of a certifier whose network is such a mean, each of the networks counts alike. All average
    /// with mirror images, or none.
    /// </param>
    /// <param name="rows">As for <see cref="WithMirroredScores"/>.</param>
    /// <returns>A certifier with its own weights: dispose all.</returns>
    /// <exception cref="ArgumentException">There is no other, or its images or classes differ; or rows are given without need, or not given.</exception>
    /// <exception cref="InvalidOperationException">
    /// A base classifier is no network of this library that scores single ablations, or only some average with mirror images; a cluster counts its votes and has the model already; or
    /// there are no rows.
    /// </exception>
    public static SmoothedCertifierTransformer WithAveragedScores(this SmoothedCertifierTransformer certifier, IReadOnlyList<SmoothedCertifierTransformer> others, IDataView? rows = null)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0)
            throw new ArgumentException("others is empty; give one or more certifiers whose networks vote with this one's.", nameof(others));
        RequireRows(certifier.Precision() ?? throw NoNetwork("scores to average with those of others"), rows);
        return NetworkTransformer.Replace(certifier, (before, network) =>
        {
            AblatedImageModelParameters[] models = [.. others.Select((other, i) => ModelLike(network, other, i))];
            return NetworkTransformer.WithModel(network, network.Model.WithAveragedScores(models, rows is null ? null : Ablated(before.Transform(rows), network)));
        });
    }

    /// <summary>The model of another certifier, which must be for the same images and classes.</summary>
    private static AblatedImageModelParameters ModelLike(MulticlassPredictionTransformer<AblatedImageModelParameters> network, SmoothedCertifierTransformer other, int index)
    {
        MulticlassPredictionTransformer<AblatedImageModelParameters> its = NetworkTransformer.Find(BaseClassifier.From(other.BaseModel)) ?? throw NoNetwork($"scores to average, in others[{index}]");
        if (its.Model.Network.Shape != network.Model.Network.Shape)
            throw new ArgumentException($"others[{index}] has a network of the shape {its.Model.Network.Shape}, but this one's is {network.Model.Network.Shape}; give certifiers for the same images and classes.", nameof(other));
        string[] classes = ClassesOf(network), others = ClassesOf(its);
        return classes.AsSpan().SequenceEqual(others)
            ? its.Model
            : throw new ArgumentException($"others[{index}] has the classes {string.Join(", ", others)}, but this one's are {string.Join(", ", classes)}; give certifiers for the same classes in the same order.", nameof(other));
    }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    private static string[] ClassesOf(MulticlassPredictionTransformer<AblatedImageModelParameters> network)
    {
        var rows = new DataViewSchema.Builder();
        rows.AddColumn(network.FeatureColumnName, network.Model.Images.Type);
        return ClassNames.Of(network.GetOutputSchema(rows.ToSchema())[BaseClassifier.PredictedLabel]);
    }

    private static void RequireRows(ScoringPrecision precision, IDataView? rows)
    {
        if (precision == ScoringPrecision.Int8 == rows is null)
        {
            throw new ArgumentException(rows is null ? "The network votes in integers, but rows is null; give rows such as those of the training, from which the ranges of integers come."
                : $"rows are given, but the network votes in {precision}; only integers take ranges from rows.", nameof(rows));
        }
    }

    private static InvalidOperationException NoNetwork(string what)
        => new($"The certifier's base classifier has no {what}: it is no network trained by AblatedImageClassification.");

    /// <summary>The ablated rows that a network reads.</summary>
    private static IEnumerable<float[]> Ablated(IDataView data, MulticlassPredictionTransformer<AblatedImageModelParameters> network)
        => AblatedRows.Read(data, data.Schema[network.FeatureColumnName], network.Model.Images, RangeSeed);
}
