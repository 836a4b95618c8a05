using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>An option with several values.</summary>
internal sealed class ValuesOption : Option<string[]>, IValueOption
{
    public ValuesOption(ValueKind kind, string name, params string[] aliases)
        : base(name, aliases)
    {
        Kind = kind;
        AllowMultipleArgumentsPerToken = true;
        CustomParser = result =>
        {
            object?[] values = [.. result.Tokens.Select(token => OptionValues.Read(this, Kind, result, token.Value))];
            return [.. values.OfType<string>()];
        };
    }

    public ValueKind Kind { get; }

    public HelpGroup Group { get; set; } = HelpGroup.Other;

    public string? Summary { get; set; }
}
