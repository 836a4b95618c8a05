using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Models as users have them: chains, perhaps of chains, with a smoothed certifier somewhere.</summary>
internal static class CertifierChain
{
    /// <summary>The transformers of a model, in order.</summary>
    public static IEnumerable<ITransformer> Parts(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    /// <summary>The model's certifier; null when it has none.</summary>
    public static SmoothedCertifierTransformer? Find(ITransformer model) => Parts(model).OfType<SmoothedCertifierTransformer>().FirstOrDefault();

    /// <summary>What the certifier takes: the rows, transformed by all that precedes the certifier in the model.</summary>
    public static IDataView InputOf(SmoothedCertifierTransformer certifier, ITransformer model, IDataView rows)
        => Parts(model).TakeWhile(part => part != certifier).Aggregate(rows, (view, part) => part.Transform(view));

    /// <summary>The model with its certifier replaced.</summary>
    public static ITransformer With(ITransformer model, SmoothedCertifierTransformer certifier)
        => new TransformerChain<ITransformer>([.. Parts(model).Select(part => part is SmoothedCertifierTransformer ? certifier : part)]);
}
