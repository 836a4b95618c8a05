using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>The help of the tool: where to begin, its verbs by what they are for, and its exit codes.</summary>
/// <param name="root">The tool.</param>
internal sealed class RootHelp(RootCommand root)
{
    /// <summary>What is listed with verbs that no group names.</summary>
    private const string Usual = "Use a model";

    private static readonly (string Title, string[] Verbs)[] s_groups =
    [
        ("Make a model", ["demo", "train", "tune", "convert", "quantize", "export", "publish"]),
        (Usual, ["predict", "explain", "certify", "serve"]),
        ("Look at what it certifies", ["evaluate", "report", "attack", "recount", "bounds"]),
        ("Machines", ["worker", "bench", "info"]),
    ];

    public string Write()
    {
        var text = new HelpText();
        text.Command("ablation demo");
        text.Command("ablation train --data photos --out model.zip");
        text.Paragraph(root.Description ?? "");
        foreach ((string title, string[] verbs) in s_groups)
        {
            text.Gap();
            text.Paragraph(title);
            text.Definitions([.. Of(title, verbs).Select(verb => (verb.Name, OptionHelp.FirstSentence(verb.Description ?? "")))]);
        }
        text.Gap();
        text.Paragraph("Exit codes");
        text.Definitions(
        [
            ($"{ExitCode.Success}", "Done"),
            ($"{ExitCode.Failure}", "Failed for another reason than the input"),
            ($"{ExitCode.BadInput}", "Invalid options, files or data; a line on stderr says what to do"),
            ($"{ExitCode.Cancelled}", "Stopped by Ctrl-C, a signal or a closed terminal, after the current row"),
        ]);
        text.Gap();
        text.Paragraph("ablation VERB --help shows how to use a verb, with --help-all all its options.");
        return text.ToString();
    }

    private IEnumerable<CliCommand> Of(string title, string[] verbs) => root.Subcommands.Where(verb => verbs.Contains(verb.Name)
        || (title == Usual && !s_groups.Any(group => group.Verbs.Contains(verb.Name))));
}
