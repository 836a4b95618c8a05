using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>What help says of an option.</summary>
/// <param name="option">The option.</param>
internal sealed class OptionHelp(Option option)
{
    /// <summary>Where it is listed.</summary>
    public HelpGroup Group { get; } = (option as IValueOption)?.Group ?? HelpGroup.Other;

    /// <summary>How it is written.</summary>
    public string Name { get; } = string.Join(' ', (string[])[string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name)), .. Placeholder(option)]);

    /// <summary>All that is said of it.</summary>
    public string Description { get; } = Sentences([option.Description ?? "", .. Choices(option), .. Default(option), .. Required(option)]);

    /// <summary>What the short help says of it; null where only the whole help lists it. What must be given is always listed.</summary>
    public string? Summary { get; } = ((option as IValueOption)?.Summary ?? (option.Required ? FirstSentence(option.Description ?? "") : null)) is { } summary
        ? Sentences([summary, .. Default(option), .. Required(option)])
        : null;

    /// <summary>Up to the first full stop that a space follows.</summary>
    public static string FirstSentence(string text)
    {
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    private static string Sentences(string[] parts) => string.Join(' ', parts.Where(part => part.Length > 0));

    private static string[] Placeholder(Option option)
    {
        if (option is not IValueOption { Kind.Placeholder: { Length: > 0 } placeholder })
            return [];
        return [option.AllowMultipleArgumentsPerToken ? $"{placeholder}..." : placeholder];
    }

    private static string[] Choices(Option option) => option is IValueOption { Kind.Choices: { Count: > 0 } choices } ? [$"One of {string.Join(", ", choices)}."] : [];

    /// <summary>The default, where the description does not say it in other words.</summary>
    private static string[] Default(Option option)
        => option.HasDefaultValue && option.Description?.Contains("[default", StringComparison.Ordinal) != true && option.GetDefaultValue() is { } value and not false
        ? [$"[default: {Convert.ToString(value, CultureInfo.InvariantCulture)}]"]
        : [];

    private static string[] Required(Option option) => option.Required ? ["(required)"] : [];
}
