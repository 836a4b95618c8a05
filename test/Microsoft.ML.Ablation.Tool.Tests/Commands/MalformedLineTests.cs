using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Ablation.Tool.Tests.Commands;

/// <summary>Whatever cannot be on a command line is told in one line, with exit code 2, on every machine.</summary>
[TestClass]
public sealed class MalformedLineTests
{
    /// <summary>Decimal commas, the Turkish i, other digits and signs.</summary>
    private static readonly string[] s_cultures = ["de-DE", "tr-TR", "fa-IR"];

    private static int Lines => LongTests.AreWanted ? 2_000 : 200;

    [TestMethod]
    public void Malformed_lines_give_exit_code_2_and_one_line()
    {
        var lines = new MalformedLines(Program.CreateRoot(), seed: 19);
        string folder = Directory.CreateTempSubdirectory("ablation-lines-").FullName;
        try
        {
            for (int i = 0; i < Lines; i++)
                Refused(folder, s_cultures[i % s_cultures.Length], lines.Next());
            Assert.IsEmpty(Directory.GetFileSystemEntries(folder), "nothing is written");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Every_wrong_value_of_every_option_is_named_with_what_is_allowed()
    {
        foreach (CliCommand verb in Program.CreateRoot().Subcommands)
        {
            foreach (Option option in verb.Options.Where(option => option is not HelpOption
                && Nullable.GetUnderlyingType(option.ValueType) != typeof(bool) && option.ValueType != typeof(bool)))
            {
                foreach (string value in MalformedLines.WrongValues(option))
                {
                    ParseResult parsed = Program.CreateRoot().Parse([verb.Name, option.Name, value]);
                    string said = string.Join('\n', parsed.Errors.Select(error => error.Message));
                    Assert.IsTrue(said.Contains(option.Name, StringComparison.Ordinal)
                        && !said.Contains("System.", StringComparison.Ordinal) && !said.Contains("Microsoft.", StringComparison.Ordinal),
                        $"{verb.Name} {option.Name} '{value}': {said}");
                }
            }
        }
    }

    /// <summary>The parser's own converters follow the machine's culture and take numbers for names.</summary>
    [TestMethod]
    public void No_option_is_read_by_the_parsers_own_converters()
    {
        RootCommand root = Program.CreateRoot();
        foreach (Option option in root.Subcommands.Append(root).SelectMany(command => command.Options).Where(option => option is not (HelpOption or VersionOption)))
            Assert.IsNotNull(option.GetType().GetProperty("CustomParser")!.GetValue(option), option.Name);
    }

    [TestMethod]
    [DataRow("de-DE")]
    [DataRow("tr-TR")]
    [DataRow("fa-IR")]
    [DataRow("ar-SA")]
    public void Numbers_and_names_are_the_same_in_every_culture(string culture) => In(culture, () =>
    {
        ParseResult parsed = Program.CreateRoot().Parse(["train", "--learning-rate", "0.001", "--recipe", "PAPERIMAGENET", "--seed", "-5", "--warm-up", "1.5e0"]);
        Assert.IsEmpty(parsed.Errors);
        Assert.AreEqual(0.001, parsed.GetValue<double?>("--learning-rate"));
        Assert.AreEqual(-5, parsed.GetValue<int>("--seed"));
        Assert.AreEqual(1.5, parsed.GetValue<double?>("--warm-up"));
        Assert.AreEqual("--learning-rate is '0,001'; it must be a number above 0.", Program.CreateRoot().Parse(["train", "--learning-rate", "0,001"]).Errors.Single().Message);
        Assert.AreEqual("--contest-target is '0,8'; it must be a number above 0.5 to 1.", Program.CreateRoot().Parse(["train", "--contest-target", "0,8"]).Errors.Single().Message);
    });

    [TestMethod]
    public void Results_are_the_same_in_every_culture()
    {
        string[] line = ["bounds", "-d", "784", "-k", "45", "--counts", "8700,600,700", "--kappa", "0.1"];
        (int Code, string Output, string Error) expected = Run(Path.GetTempPath(), line), json = Run(Path.GetTempPath(), [.. line, "--json"]), help = Run(Path.GetTempPath(), ["train", "--help"]);
        Assert.AreEqual(0, expected.Code, expected.Error);
        foreach (string culture in s_cultures)
        {
            In(culture, () =>
            {
                Assert.AreEqual(expected, Run(Path.GetTempPath(), line));
                Assert.AreEqual(json, Run(Path.GetTempPath(), [.. line, "--json"]));
                Assert.AreEqual(help, Run(Path.GetTempPath(), ["train", "--help"]));
            });
        }
    }

    private static void Refused(string folder, string culture, string[] line)
    {
        string what = $"{culture}: {string.Join(' ', line.Select(word => $"'{word}'"))}";
        (int code, string output, string error) = (0, "", "");
        In(culture, () => (code, output, error) = Run(folder, line));
        Assert.AreEqual(2, code, $"{what}: {output}{error}");
        Assert.AreEqual("", output, what);
        StringAssert.StartsWith(error, "ablation: ", what);
        Assert.AreEqual(error.Length - Environment.NewLine.Length, error.IndexOfAny(['\r', '\n', '\u0085', '\u2028', '\u2029', '\f', '\v']), $"{what}: {error}");
    }

    private static (int Code, string Output, string Error) Run(string folder, string[] line)
    {
        (TextWriter output, TextWriter error, string here) = (Console.Out, Console.Error, Environment.CurrentDirectory);
        using StringWriter said = new(), failed = new();
        try
        {
            Console.SetOut(said);
            Console.SetError(failed);
            Environment.CurrentDirectory = folder;
            return (Program.Main(line).GetAwaiter().GetResult(), said.ToString(), failed.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Environment.CurrentDirectory = here;
        }
    }

    private static void In(string culture, Action action)
    {
        (CultureInfo own, CultureInfo language) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            action();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (own, language);
        }
    }
}
