using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Reads values of options.</summary>
internal static class OptionValues
{
    /// <summary>The value of a text; null, and an error that says what is allowed, where it is none.</summary>
    public static object? Read(Option option, ValueKind kind, ArgumentResult result, string text)
    {
        try
        {
            if (kind.Read(text) is { } value)
                return value;
            result.AddError($"{option.Name} is '{text}'; it must be {kind.Allowed}.{Spelling.DidYouMean(text, kind.Choices)}");
        }
        catch (FormatException exception)
        {
            result.AddError($"{option.Name}: {exception.Message}");
        }
        return null;
    }
}
