namespace Microsoft.ML.Ablation;

/// <summary>What the ablations of texts have in common: the column, what a word is, and how NULL is shown.</summary>
public abstract record WordAblationOptions
{
    private protected WordAblationOptions()
    {
    }

    /// <summary>The text column that receives the ablated text. Default: "Text".</summary>
    public string OutputColumnName { get; init; } = "Text";

    /// <summary>The text column to ablate. Default (null): the output column's name.</summary>
    public string InputColumnName { get => field ?? OutputColumnName; init; }

    /// <summary>
    /// The characters that separate words, each by itself. Default (null): white space as Unicode defines it, so that punctuation belongs to the word beside it.
    /// </summary>
    public string? Separators { get; init; }

    /// <summary>
    /// The token that is shown in the place of a word that is not retained. Default: empty, which drops such words. A text that contains the token itself is certified as any
    /// other: certificates hold for every base classifier that sees the retained words and their places alone.
    /// </summary>
    public string NullToken { get; init; } = "";

    internal WordTokenizer Tokenizer => new(Separators);

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        ArgumentNullException.ThrowIfNull(NullToken);
        if (Separators is { Length: 0 })
            throw new ArgumentException("Separators is empty, so that every text is one word; give the characters that separate words, or null for white space.");
        if (Tokenizer.SeparatesIn(NullToken))
            throw new ArgumentException($"NullToken is '{NullToken}', which has a character that separates words; give a token of one word, or an empty one to drop words.");
    }

    /// <summary>Writes the common options.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write(Separators is not null);
        writer.Write(Separators ?? "");
        writer.Write(NullToken);
    }

    /// <summary>The options with the common ones read.</summary>
    /// <exception cref="FormatException">An option is out of its range.</exception>
    private protected static T Read<T>(BinaryReader reader, T options)
        where T : WordAblationOptions
    {
        string output = reader.ReadString(), input = reader.ReadString();
        bool hasSeparators = reader.ReadBoolean();
        string separators = reader.ReadString();
        options = options with
        {
            OutputColumnName = output,
            InputColumnName = input,
            Separators = hasSeparators ? separators : null,
            NullToken = reader.ReadString(),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
        return options;
    }
}
