using System.CommandLine.Help;

namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>The help of a verb: its two commonest uses, what it does, and its options under headings.</summary>
/// <param name="verb">The verb.</param>
/// <param name="examples">Uses of it, the two commonest first.</param>
internal sealed class VerbHelp(CliCommand verb, IReadOnlyList<string> examples)
{
    /// <summary>The most lines of the short help: a screen.</summary>
    public const int MostLines = 40;

    private readonly OptionHelp[] _options = [.. verb.Options.Where(option => option is not HelpOption && !option.Hidden).Select(option => new OptionHelp(option))];

    /// <summary>Everything where that fits on a screen, else the options that are used most.</summary>
    public string Short() => Whole() is { Count: <= MostLines } whole ? whole.ToString() : Common().ToString();

    /// <summary>Everything.</summary>
    public string Full() => Whole().ToString();

    private HelpText Whole()
    {
        HelpText text = Beginning();
        List(text, _options, option => option.Description);
        if (examples.Count > 2)
        {
            text.Gap();
            text.Paragraph("More examples");
            foreach (string example in examples.Skip(2))
                text.Command(example);
        }
        return text;
    }

    private HelpText Common()
    {
        HelpText text = Beginning();
        List(text, [.. _options.Where(option => option.Summary is not null)], option => option.Summary!);
        text.Gap();
        text.Paragraph(FormattableString.Invariant($"ablation {verb.Name} --help-all lists all {_options.Length} options{(examples.Count > 2 ? " and more examples" : "")}."));
        return text;
    }

    private HelpText Beginning()
    {
        var text = new HelpText();
        foreach (string example in examples.Take(2))
            text.Command(example);
        text.Gap();
        text.Paragraph(verb.Description ?? "");
        if (verb.Arguments.Count > 0)
        {
            text.Gap();
            text.Definitions([.. verb.Arguments.Select(argument => (argument.Name, argument.Description ?? ""))]);
        }
        return text;
    }

    private static void List(HelpText text, OptionHelp[] options, Func<OptionHelp, string> describe)
    {
        foreach (IGrouping<HelpGroup, OptionHelp> group in options.GroupBy(option => option.Group).OrderBy(group => group.Key))
        {
            text.Gap();
            text.Paragraph(HelpGroups.TitleOf(group.Key));
            text.Definitions([.. group.Select(option => (option.Name, describe(option)))]);
        }
    }
}
