using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The number format in which a smoothed certifier's network votes.</summary>
public static class CertifierPrecisionExtensions
{
    private const string Directory = "Classifier";

    /// <summary>The number format in which the certifier's network votes; null when its base classifier is no network of this library.</summary>
    /// <param name="certifier">The certifier.</param>
    /// <returns>The precision, never Auto.</returns>
    public static ScoringPrecision? Precision(this SmoothedCertifierTransformer certifier)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        return BaseClassifier.From(certifier.BaseModel).Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault()?.Model.Precision;
    }

    /// <summary>
    /// The same certifier, seed and weights included, with a network that votes in another number format: for a machine that computes the format of the
    /// model slowly. It is another classifier, which answers a few ablations otherwise, so that certificates of the one say nothing of the other; save it
    /// as a model of its own.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="precision">The number format; Auto for the one that this machine computes fastest.</param>
    /// <returns>A certifier with weights of its own: dispose both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The precision is none.</exception>
    /// <exception cref="InvalidOperationException">
    /// The base classifier is no network of this library, or its votes are counted by a cluster, which has the model as it is.
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
            throw new InvalidOperationException("The certifier's base classifier is no network that AblatedImageClassification trained, and has no precision to change.");
        BaseClassifier classifier = BaseClassifier.From(certifier.BaseModel);
        return certifier.WithBaseModel(new TransformerChain<ITransformer>([classifier.Ablation, .. classifier.Rest.Select(part =>
            part is MulticlassPredictionTransformer<AblatedImageModelParameters> network ? WithModel(network, network.Model.WithPrecision(precision)) : part)]));
    }

    /// <summary>A transformer with another model and its own columns and schema, which ML.NET gives away only in the form in which it saves them.</summary>
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
