using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>Says what is wrong with a command line.</summary>
internal static class ParseFailure
{
    /// <summary>One line: the first thing that is wrong, what was meant where that can be guessed, and where the help is.</summary>
    /// <param name="parsed">A line with errors.</param>
    /// <param name="root">The tool.</param>
    public static string Describe(ParseResult parsed, RootCommand root)
    {
        CliCommand verb = parsed.CommandResult.Command;
        return verb == root ? OfRoot(parsed, root) : $"{OfVerb(parsed, verb)} (ablation {verb.Name} --help shows the options)";
    }

    private static string OfRoot(ParseResult parsed, RootCommand root)
    {
        string[] verbs = [.. root.Subcommands.Select(command => command.Name)];
        string given = parsed.UnmatchedTokens is [var word, ..] ? $"'{word}' is not a command.{Spelling.DidYouMean(word, verbs)} Give" : "give";
        return $"{given} a command: {string.Join(", ", verbs)} (ablation --help explains them)";
    }

    private static string OfVerb(ParseResult parsed, CliCommand verb)
    {
        // A required option that is missing is often the one that was misspelt.
        if (parsed.UnmatchedTokens is not [var word, ..])
            return parsed.Errors[0].Message.TrimEnd();
        if (!word.StartsWith('-'))
            return $"'{word}' is not expected here; 'ablation {verb.Name}' takes {(verb.Arguments.Count == 0 ? "options only" : "no more than its arguments")}.";
        string name = word.Split('=', ':')[0];
        return $"'{name}' is not an option of 'ablation {verb.Name}'.{Spelling.DidYouMean(name, verb.Options.SelectMany(option => option.Aliases.Append(option.Name)))}";
    }
}
