using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>Puts options under headings.</summary>
internal static class HelpGroups
{
    /// <summary>Adds options that help lists under a heading. Options that are added in any other way are under <see cref="HelpGroup.Other"/>.</summary>
    public static void AddOptions(this CliCommand command, HelpGroup group, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (option is IValueOption grouped)
                grouped.Group = group;
            command.Options.Add(option);
        }
    }

    /// <summary>The heading.</summary>
    public static string TitleOf(HelpGroup group) => group switch
    {
        HelpGroup.Table => "Tables",
        HelpGroup.Onnx => "A classifier from an ONNX file",
        HelpGroup.Ablation => "Ablations",
        HelpGroup.Votes => "Votes and certificates",
        HelpGroup.Other => "Other options",
        _ => group.ToString(),
    };
}
