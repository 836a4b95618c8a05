using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Keeps some words of each text and drops the others, or shows NULL's token in their place: what the two ablations of texts have in common.</summary>
/// <remarks>The view is deterministic: which words a text keeps is a function of the transformer, the text and, for trainers, the number of its copy.</remarks>
public abstract class WordAblationTransformer : RowMapperTransformer, IBaseAblation
{
    private readonly WordAblationOptions _options;

    private protected WordAblationTransformer(IHost host, WordAblationOptions options)
        : base(host) => _options = options;

    /// <summary>The text column that is ablated.</summary>
    public string InputColumnName => _options.InputColumnName;

    /// <summary>The text column that receives the ablated text.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    /// <summary>The characters that separate words; null for white space.</summary>
    public string? Separators => _options.Separators;

    /// <summary>The token in the place of words that are not retained; empty where they are dropped.</summary>
    public string NullToken => _options.NullToken;

    internal WordTokenizer Tokenizer => _options.Tokenizer;

    IBaseAblation IBaseAblation.WithoutSeed() => WithoutSeed();

    /// <inheritdoc cref="IBaseAblation.WithoutSeed"/>
    internal abstract WordAblationTransformer WithoutSeed();

    /// <summary>Makes what says which words ablations retain, for one thread.</summary>
    internal abstract IWordRetention MakeRetention();

    /// <summary>The number of the ablation that a view shows of a text.</summary>
    /// <param name="words">Its words.</param>
    /// <param name="key">Its key, as <see cref="KeyOf"/> gives it.</param>
    /// <param name="copy">The number of its copy.</param>
    internal abstract uint SampleOf(IReadOnlyList<string> words, AblationKey key, uint copy);

    /// <summary>The key of the ablations that a view shows of a text.</summary>
    internal abstract AblationKey KeyOf(IReadOnlyList<string> words);

    /// <summary>Writes ablated texts, for one thread.</summary>
    internal AblatedTextWriter MakeWriter() => new(NullToken);

    /// <summary>Finds the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or no text.</exception>
    internal static DataViewSchema.Column FindText(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "text", name);
        return column.Type is TextDataViewType ? column : throw NoText(name, $"{column.Type}");
    }

    internal static ArgumentOutOfRangeException NoText(string name, string type)
        => new("inputSchema", $"Column '{name}' has type {type}, but words are ablated in a column of texts, one in each row.");

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
        => new WordAblationMapper(this, FindText(inputSchema, InputColumnName).Index, AblatedCopiesView.ColumnOf(inputSchema));
}
