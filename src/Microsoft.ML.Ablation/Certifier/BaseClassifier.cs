using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A fitted base chain, taken apart: the random ablation that it begins with, and the transformers after it.</summary>
internal sealed class BaseClassifier
{
    /// <summary>The column with the base classifier's answer, as every ML.NET classifier names it.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The column with its score for each class.</summary>
    public const string Score = "Score";

    private BaseClassifier(RandomAblationTransformer ablation, ITransformer[] rest)
    {
        Ablation = ablation;
        Rest = rest;
    }

    public RandomAblationTransformer Ablation { get; }

    /// <summary>The transformers after the ablation, in order.</summary>
    public IReadOnlyList<ITransformer> Rest { get; }

    /// <summary>The chain with another number of retained positions; the transformers after the ablation are the same ones.</summary>
    public ITransformer WithRetainedCount(int k) => new TransformerChain<ITransformer>([Ablation.WithRetainedCount(k), .. Rest]);

    /// <summary>The chain without the seed of the ablations that its views show, which votes do not need.</summary>
    public ITransformer WithoutSeed() => new TransformerChain<ITransformer>([Ablation.WithoutSeed(), .. Rest]);

    /// <summary>A source of votes on its own, for rows that come from elsewhere; the caller disposes it.</summary>
    /// <param name="input">What the rows are.</param>
    /// <param name="ballot">What is counted.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentException">The base classifier does not take such rows, or needs more than the ablated column.</exception>
    public IVoteSource MakeVotes(VoteInput input, Ballot ballot, int? threads)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(Ablation.InputColumnName, new VectorDataViewType(NumberDataViewType.Single, input.Dimensions.ToArray()));
        var binding = new BaseClassifierBinding(From(WithRetainedCount(input.RetainedCount)), schema.ToSchema(), ballot);
        return binding.DirectModel is { } model
            ? model.CreateVoteSource(binding.Encoder, input.RetainedCount, input.MemoryLimitInMegabytes * (1L << 20), threads)
            : binding.MakeChainSource(null, threads ?? Environment.ProcessorCount);
    }

    /// <exception cref="ArgumentException">The chain does not begin with a random ablation, or nothing follows it.</exception>
    public static BaseClassifier From(ITransformer fitted)
    {
        ITransformer[] all = [.. Flatten(fitted)];
        if (all.FirstOrDefault() is not RandomAblationTransformer ablation)
        {
            string found = all.Length == 0 ? "is empty" : $"begins with {all[0].GetType().Name}";
            throw new ArgumentException($"The base classifier {found}; it must begin with ml.Transforms.RandomAblation(k: …), because "
                + "only what is seen through ablations can be certified. Put preprocessing before the certifier.", "baseClassifier");
        }
        if (all.Length == 1)
        {
            throw new ArgumentException("The base classifier is only a random ablation; append a classifier that gives "
                + $"'{PredictedLabel}'.", "baseClassifier");
        }
        return new BaseClassifier(ablation, all[1..]);
    }

    /// <summary>What is thrown where the chain gives no answer.</summary>
    /// <param name="columns">The columns that it does give.</param>
    public static ArgumentOutOfRangeException NoAnswer(IEnumerable<string> columns)
        => new("baseClassifier", $"There is no predicted label column '{PredictedLabel}' after the base classifier, which gives {SchemaColumns.Listed(columns.Distinct())}; classifiers "
            + "are certified: end the chain with a trainer of ml.BinaryClassification or ml.MulticlassClassification. Regression, ranking and recommendation give no class.");

    /// <summary>What is thrown where the answer is no class.</summary>
    /// <param name="type">What it is.</param>
    public static ArgumentOutOfRangeException NoClass(string type)
        => new("baseClassifier", $"The base classifier's '{PredictedLabel}' has type {type}, but a key or a Boolean is needed; train it on a key label (Conversion.MapValueToKey) and "
            + "leave the key as it is (MapKeyToValue belongs after the certifier, and after EvaluateCertified).");

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer)
    {
        return transformer is ITransformerChainAccessor chain
            ? chain.Transformers.Zip(chain.Scopes)
                .Where(part => part.Second.HasFlag(TransformerScope.Scoring))
                .SelectMany(part => Flatten(part.First))
            : [transformer];
    }
}
