using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Help;
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Ablation.Tool.Tests.Commands;

[TestClass]
public sealed class HelpTests
{
    private static readonly RootCommand s_root = Program.CreateRoot();

    [TestMethod]
    public void The_help_of_every_verb_fits_a_screen_and_begins_with_its_two_commonest_uses()
    {
        foreach (CliCommand verb in s_root.Subcommands)
        {
            string[] lines = FittingLines(verb.Name, "--help");
            string[] examples = HelpWithExamples.Examples[verb.Name];
            for (int i = 0; i < Math.Min(2, examples.Length); i++)
                Assert.AreEqual($"  {examples[i]}", lines[i], verb.Name);
        }
    }

    [TestMethod]
    public void The_help_of_the_tool_fits_a_screen_and_lists_all_verbs_and_exit_codes()
    {
        string[] lines = FittingLines("--help");
        foreach (CliCommand verb in s_root.Subcommands)
            Assert.ContainsSingle(line => line.StartsWith($"  {verb.Name} ", StringComparison.Ordinal), lines, verb.Name);
        foreach (int code in (int[])[ExitCode.Success, ExitCode.Failure, ExitCode.BadInput, ExitCode.Cancelled])
            Assert.ContainsSingle(line => line.StartsWith($"  {code} ", StringComparison.Ordinal), lines);
        AssertParses(lines[0].Trim());
        AssertParses(lines[1].Trim());
    }

    [TestMethod]
    public void The_whole_help_lists_every_option_once_and_every_example_as_a_shell_takes_it()
    {
        foreach (CliCommand verb in s_root.Subcommands)
        {
            string text = Written(verb.Name, "--help-all");
            Assert.IsTrue(text.Split('\n').All(line => line.Length <= HelpText.Width), verb.Name);
            foreach (Option option in verb.Options)
                Assert.ContainsSingle(line => line.StartsWith($"  {new OptionHelp(option).Name}", StringComparison.Ordinal) && line.Contains(option.Name, StringComparison.Ordinal)
                    && line.TrimStart().Split(' ').Any(word => word == option.Name), text.Split('\n'), $"{verb.Name} {option.Name}");
            string joined = text.Replace(" \\\n   ", "", StringComparison.Ordinal);
            foreach (string example in HelpWithExamples.Examples[verb.Name])
            {
                StringAssert.Contains(joined, $"  {example}\n");
                AssertParses(example);
            }
        }
    }

    [TestMethod]
    public void What_the_short_help_says_of_an_option_is_at_most_two_lines()
    {
        foreach (Option option in s_root.Subcommands.SelectMany(verb => verb.Options))
        {
            if (new OptionHelp(option) is { Summary: { } summary } help)
                Assert.IsLessThanOrEqualTo(2 * (HelpText.Width - help.Name.Length - 6), summary.Length, help.Name);
        }
    }

    [TestMethod]
    public void A_long_command_goes_on_after_a_backslash()
    {
        var text = new HelpText();
        text.Command(string.Join(' ', Enumerable.Repeat("ablation", 12)));
        string[] lines = text.ToString().TrimEnd().Split('\n');
        Assert.HasCount(2, lines);
        Assert.EndsWith(" \\", lines[0]);
        Assert.StartsWith("    ablation", lines[1]);
        Assert.IsTrue(lines.All(line => line.Length <= HelpText.Width));
    }

    [TestMethod]
    public void An_option_that_was_added_without_a_group_is_listed_too()
    {
        var verb = new CliCommand("verb", "Do something.");
        verb.Options.Add(new ValueOption<int>(ValueKind.Integer(1, 9), "--number") { Description = "A number." });
        string text = new VerbHelp(verb, ["ablation verb"]).Short();
        StringAssert.Contains(text, "Other options\n  --number N  A number.\n");
    }

    [TestMethod]
    [DataRow(new string[0], "ablation: give a command: demo, train, ")]
    [DataRow(new[] { "certifi" }, "ablation: 'certifi' is not a command. Did you mean certify? Give a command: demo, train, ")]
    [DataRow(new[] { "--run" }, "ablation: '--run' is not a command. Give a command: demo, train, ")]
    [DataRow(new[] { "demo", "--rowz", "3" }, "ablation: '--rowz' is not an option of 'ablation demo'. Did you mean --rows? (ablation demo --help ")]
    [DataRow(new[] { "quantize", "--modle=model.zip" }, "ablation: '--modle' is not an option of 'ablation quantize'. Did you mean --model? ")]
    [DataRow(new[] { "demo", "--unheard-of" }, "ablation: '--unheard-of' is not an option of 'ablation demo'. (ablation demo --help ")]
    [DataRow(new[] { "info", "now" }, "ablation: 'now' is not expected here; 'ablation info' takes options only.")]
    [DataRow(new[] { "train", "--rule", "Majorty" }, "ablation: --rule is 'Majorty'; it must be one of Majority, Bonferroni, Gap, Top, Condorcet. Did you mean Majority? ")]
    [DataRow(new[] { "train", "--rule", "Plurality" }, "ablation: --rule is 'Plurality'; it must be one of Majority, Bonferroni, Gap, Top, Condorcet. (ablation train --help ")]
    [DataRow(new[] { "certify", "--model", "model.zip", "--out", "x.xlsx" }, "ablation: --out is 'x.xlsx'; it must be the name of a file that ends in .csv, .json, .parquet or .tsv.")]
    [DataRow(new[] { "certify", "--model", "model.zip", "--out", "x.tsv" }, "ablation: --out is 'x.tsv', but .tsv is for rows of a table; of images give a name that ends in ")]
    [DataRow(new[] { "train", "--out", "model.onnx" }, "ablation: --out is 'model.onnx'; it must be the name of a file that ends in .zip.")]
    [DataRow(new[] { "export", "--model", "model.zip", "--out", ".onnx" }, "ablation: --out is '.onnx'; it must be the name of a file that ends in .onnx.")]
    public void What_is_wrong_with_a_command_is_said(string[] arguments, string told)
    {
        ToolProcess process = ToolProcess.Ablation(Path.GetTempPath(), arguments);
        Assert.AreEqual(ExitCode.BadInput, process.ExitCode);
        StringAssert.StartsWith(process.Error, told);
    }

    [TestMethod]
    [DataRow("", "", 0)]
    [DataRow("rule", "rule", 0)]
    [DataRow("rule", "", 4)]
    [DataRow("rule", "ruel", 1)]
    [DataRow("majorty", "majority", 1)]
    [DataRow("kitten", "sitting", 3)]
    public void The_distance_of_words_counts_letters_that_are_wrong(string first, string second, int expected)
    {
        Assert.AreEqual(expected, Spelling.Distance(first, second));
        Assert.AreEqual(expected, Spelling.Distance(second, first));
    }

    [TestMethod]
    public void A_word_that_is_like_no_other_is_not_guessed()
    {
        Assert.IsNull(Spelling.Nearest("serve", ["train", "certify"]));
        Assert.IsNull(Spelling.Nearest("serve", []));
        Assert.AreEqual("train", Spelling.Nearest("TRIAN", ["demo", "train"]));
    }

    private static string[] FittingLines(params string[] arguments)
    {
        string[] lines = Written(arguments).TrimEnd('\n').Split('\n');
        Assert.IsLessThanOrEqualTo(VerbHelp.MostLines, lines.Length, string.Join(' ', arguments));
        Assert.IsLessThanOrEqualTo(HelpText.Width, lines.Max(line => line.Length), string.Join(' ', arguments));
        return lines;
    }

    private static string Written(params string[] arguments)
    {
        using var output = new StringWriter();
        Assert.AreEqual(0, s_root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output }));
        return output.ToString();
    }

    private static void AssertParses(string example)
    {
        string[] words = example.Split(' ');
        Assert.AreEqual("ablation", words[0]);
        Assert.IsEmpty(s_root.Parse(words[1..]).Errors, example);
    }
}
