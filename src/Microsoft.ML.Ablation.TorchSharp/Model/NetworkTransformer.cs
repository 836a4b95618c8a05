using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The network in a certifier's chain.</summary>
internal static class NetworkTransformer
{
    private const string Directory = "Classifier";

    /// <summary>The network; null where the base classifier is none of this library.</summary>
    public static MulticlassPredictionTransformer<AblatedImageModelParameters>? Find(BaseClassifier classifier)
        => classifier.Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault();

    /// <summary>A certifier with another classifier in the place of its network, which it has.</summary>
    /// <param name="certifier">The certifier.</param>
    /// <param name="make">Makes the other one, of the chain before the network and the network.</param>
    public static SmoothedCertifierTransformer Replace(SmoothedCertifierTransformer certifier,
        Func<ITransformer, MulticlassPredictionTransformer<AblatedImageModelParameters>, ITransformer> make)
    {
        BaseClassifier classifier = BaseClassifier.From(certifier.BaseModel);
        MulticlassPredictionTransformer<AblatedImageModelParameters> network = Find(classifier)!;
        ITransformer[] parts = [classifier.Ablation, .. classifier.Rest];
        ITransformer other = make(new TransformerChain<ITransformer>(parts[..Array.IndexOf(parts, network)]), network);
        return certifier.WithBaseModel(new TransformerChain<ITransformer>([.. parts.Select(part => part == network ? other : part)]));
    }

    /// <summary>A transformer with another model and the same columns and schema, which ML.NET exposes only in saved form.</summary>
    public static MulticlassPredictionTransformer<TModel> WithModel<TModel>(MulticlassPredictionTransformer<AblatedImageModelParameters> transformer, TModel model)
        where TModel : class
    {
        IHostEnvironment env = transformer.Model.HostEnvironment;
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
        return new MulticlassPredictionTransformer<TModel>(env, context, env.Register(nameof(WithModel)), model);
    }
}
