using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>
/// An option with one value, which is read here: the parser's own converters follow the culture of the machine, take numbers for names, and
/// throw where a validator asks for what cannot be read.
/// </summary>
/// <typeparam name="T">The type of <see cref="ValueKind.Type"/>, or its nullable one.</typeparam>
internal sealed class ValueOption<T> : Option<T>, IValueOption
{
    public ValueOption(ValueKind kind, string name, params string[] aliases)
        : base(name, aliases)
    {
        if ((Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)) != kind.Type)
            throw new ArgumentException($"{name} is of type {typeof(T)}, but its values are of type {kind.Type}.", nameof(kind));
        Kind = kind;
        CustomParser = Read;
        // Several numbers are one value.
        if (kind.Type.IsArray)
            Arity = ArgumentArity.ExactlyOne;
        if (kind.Choices.Count == 0)
            return;
        CompletionSources.Clear();
        CompletionSources.Add([.. kind.Choices]);
    }

    public ValueKind Kind { get; }

    public HelpGroup Group { get; set; } = HelpGroup.Other;

    public string? Summary { get; set; }

    private T? Read(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return (T)(object)true; // A flag alone.
        return OptionValues.Read(this, Kind, result, result.Tokens[0].Value) is { } value ? (T)value : default;
    }
}
