using Microsoft.ML.Ablation.Tool.Output;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tests.Output;

[TestClass]
public sealed class ProgressBarTests
{
    private const int Width = 120;

    [TestMethod]
    public void Lines_that_are_written_while_work_is_shown_stand_above_the_bar()
    {
        string[] lines = ["Warning: short", new string('x', Width - 1), new string('y', Width + 5), "[markup] is [/] text", "last"];
        using var written = new StringWriter();
        var bar = new ProgressBar(TerminalOn(written));
        bar.Run("Working", 10, update =>
        {
            for (int i = 0; i < lines.Length; i++)
            {
                update(i, "of ten pieces, with a detail that makes the bar wide");
                bar.WriteLine(lines[i]);
            }
            update(10, "");
        });
        string screen = string.Join('\n', new TerminalScreen(Width).Show(written.ToString()));
        foreach (string line in lines)
            StringAssert.Contains(screen, (line.Length > Width ? line.Insert(Width, "\n") : line) + "\n");
        Assert.IsLessThan(screen.LastIndexOf("Working", StringComparison.Ordinal), screen.IndexOf(lines[^1], StringComparison.Ordinal), screen);
        Assert.AreEqual(screen.IndexOf("Working", StringComparison.Ordinal), screen.LastIndexOf("Working", StringComparison.Ordinal), "one bar is left");
        StringAssert.Contains(screen, "100%");
    }

    private static IAnsiConsole TerminalOn(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        return console;
    }
}
