using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A fitted base chain, taken apart: the ablation that it begins with, and the transformers after it.</summary>
internal sealed class BaseClassifier
{
    /// <summary>The column with the base classifier's answer, as every ML.NET classifier names it.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The column with its score for each class.</summary>
    public const string Score = "Score";

    private BaseClassifier(IBaseAblation ablation, ITransformer[] rest)
    {
        Ablation = ablation;
        Rest = rest;
    }

    public IBaseAblation Ablation { get; }

    /// <summary>The ablation of numbers.</summary>
    /// <exception cref="InvalidOperationException">Words are ablated.</exception>
    public AblationTransformer Vectors => Ablation as AblationTransformer ?? throw NoVectors();

    /// <summary>The transformers after the ablation, in order.</summary>
    public IReadOnlyList<ITransformer> Rest { get; }

    /// <summary>Whether its model is known to be one of binary classification, which answers with a Boolean.</summary>
    public bool EndsInBinaryModel => Rest.OfType<IPredictionTransformer<object>>().Select(transformer => transformer.Model).OfType<IPredictor>().LastOrDefault()?.PredictionKind
        == PredictionKind.BinaryClassification;

    /// <summary>The number k of retained positions; null where masks are fixed.</summary>
    public int? RetainedCount => (Ablation as RandomAblationTransformer)?.RetainedCount;

    /// <summary>The fixed masks; null where ablations are random.</summary>
    public MaskFamily? Family => (Ablation as MaskAblationTransformer)?.Family;

    /// <summary>The chain with another number of retained positions; the transformers after the ablation are the same ones.</summary>
    /// <exception cref="InvalidOperationException">Masks are fixed.</exception>
    public ITransformer WithRetainedCount(int k) => Ablation is RandomAblationTransformer random
        ? new TransformerChain<ITransformer>([random.WithRetainedCount(k), .. Rest])
        : throw new InvalidOperationException(Ablation is WordAblationTransformer
            ? "The base classifier ablates words, of which a share is retained, or fixed masks; train a model with another share."
            : $"The base classifier has a fixed family of masks ({Family}), which retain what they retain; train a model with other masks.");

    /// <summary>The chain without the seed of the ablations that its views show, which votes do not need.</summary>
    public ITransformer WithoutSeed() => new TransformerChain<ITransformer>([Ablation.WithoutSeed(), .. Rest]);

    /// <summary>A source of votes on its own, for rows that come from elsewhere; the caller disposes it.</summary>
    /// <param name="input">What the rows are.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentException">The base classifier does not take such rows, or needs more than the ablated column.</exception>
    public IVoteSource MakeVotes(VoteInput input, int? threads)
    {
        int retained = input.RetainedCount ?? throw new ArgumentException("The number of retained positions is missing.", nameof(input));
        return Make(From(WithRetainedCount(retained)), input, new VoteSourceMaker(retained), threads);
    }

    /// <summary>A source of scores for the fixed masks, in the same way.</summary>
    /// <inheritdoc cref="MakeVotes"/>
    public IMaskScoreSource MakeScores(VoteInput input, int? threads)
        => Make(this, input, new ScoreSourceMaker(Family ?? throw new ArgumentException("The model has no fixed masks.", nameof(input))), threads);

    private static TSource Make<TSource>(BaseClassifier classifier, VoteInput input, SourceMaker<TSource> maker, int? threads)
        where TSource : class, IDisposable
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(classifier.Ablation.InputColumnName, new VectorDataViewType(NumberDataViewType.Single, input.Dimensions.ToArray()));
        var binding = new BaseClassifierBinding(classifier, schema.ToSchema(), input.NeedsScores);
        return maker.FromModel(binding, input.MemoryLimitInMegabytes * (1L << 20), threads) ?? maker.FromChain(binding, null, threads ?? Environment.ProcessorCount);
    }

    /// <exception cref="ArgumentException">The chain does not begin with an ablation, or nothing follows it.</exception>
    public static BaseClassifier From(ITransformer fitted) => From(fitted, "base classifier", $"append a classifier that gives '{PredictedLabel}'");

    /// <inheritdoc cref="From(ITransformer)"/>
    /// <param name="fitted">The chain.</param>
    /// <param name="role">What it is, in words.</param>
    /// <param name="remedy">What is said where nothing follows the ablation.</param>
    public static BaseClassifier From(ITransformer fitted, string role, string remedy)
    {
        ITransformer[] all = [.. Flatten(fitted)];
        if (all.FirstOrDefault() is not IBaseAblation ablation)
        {
            string found = all.Length == 0 ? "is empty" : $"begins with {all[0].GetType().Name}";
            throw new ArgumentException($"The {role} {found}; it must begin with ml.Transforms.RandomAblation(k: …), or another ablation, because "
                + "only what is seen through ablations can be certified. Put preprocessing before the certifier.", "baseClassifier");
        }
        if (all.Length == 1)
        {
            throw new ArgumentException($"The {role} is only an ablation; {remedy}.", "baseClassifier");
        }
        return new BaseClassifier(ablation, all[1..]);
    }

    /// <summary>What is thrown where numbers are needed and words are ablated.</summary>
    public InvalidOperationException NoVectors() => new($"The base model ablates the words of the text column '{Ablation.InputColumnName}'; this needs a column of numbers, ablated by "
        + "RandomAblation, PartitionAblation or another.");

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
