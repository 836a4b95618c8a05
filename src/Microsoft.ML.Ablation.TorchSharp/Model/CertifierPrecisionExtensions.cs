using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Reads and changes the number format in which a smoothed certifier's network votes.</summary>
public static class CertifierPrecisionExtensions
{
    private const string Directory = "Classifier";

    /// <summary>
    /// The number format in which the certifier's network votes; null if its base classifier is no network of this library.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <returns>The precision, never Auto.</returns>
    public static ScoringPrecision? Precision(this SmoothedCertifierTransformer certifier)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        return BaseClassifier.From(certifier.BaseModel).Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault()?.Model.Precision;
    }

    /// <summary>
    /// A copy of the certifier, with the same seed and weights, whose network votes in another number format: for a machine that
    /// computes the model's format slowly. It is another classifier with other answers to a few ablations, so the certificates of
    /// one do not hold for the other; save it as a separate model.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="precision">The number format; Auto for the fastest on this machine.</param>
    /// <returns>A certifier with its own weights: dispose both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The precision is no value of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">
    /// The base classifier is no network of this library, or a cluster counts its votes and has the model already.
    /// </exception>
    public static SmoothedCertifierTransformer WithPrecision(this SmoothedCertifierTransformer certifier, ScoringPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision),
                $"precision is {precision}; allowed are {string.Join(", ", Enum.GetNames<ScoringPrecision>())}.");
        }
        if (certifier.Precision() is null)
        {
            throw new InvalidOperationException("The certifier's base classifier has no precision to change: it is no network trained by "
                + "AblatedImageClassification.");
        }
        BaseClassifier classifier = BaseClassifier.From(certifier.BaseModel);
        return certifier.WithBaseModel(new TransformerChain<ITransformer>([classifier.Ablation, .. classifier.Rest.Select(part =>
            part is MulticlassPredictionTransformer<AblatedImageModelParameters> network ? WithModel(network, network.Model.WithPrecision(precision)) : part)]));
    }

    /// <summary>
    /// A transformer with another model and the same columns and schema, which ML.NET exposes only in saved form.
    /// </summary>
    private static MulticlassPredictionTransformer<AblatedImageModelParameters> WithModel(
        MulticlassPredictionTransformer<AblatedImageModelParameters> transformer, AblatedImageModelParameters model)
    {
        IHostEnvironment env = model.HostEnvironment;
        using var stream = new MemoryStream();
        using (RepositoryWriter writer = RepositoryWriter.CreateNew(stream, env))
        {
            ModelSaveContext.SaveModel(writer, transformer, Directory);
            writer.Commit();
        }
        stream.Position = 0;
        using RepositoryReader reader = RepositoryReader.Open(stream, env);
        using Repository.Entry entry = reader.OpenEntry(Directory, ModelLoadContext.ModelStreamName);
        using var context = new ModelLoadContext(reader, entry, Directory);
        return new MulticlassPredictionTransformer<AblatedImageModelParameters>(env, context, env.Register(nameof(WithPrecision)), model);
    }
}
