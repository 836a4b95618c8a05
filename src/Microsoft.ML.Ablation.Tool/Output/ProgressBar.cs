using Spectre.Console;
using Spectre.Console.Rendering;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A bar on a terminal that shows how much is done and how long the rest will take. Lines that are written meanwhile stand above it.</summary>
/// <param name="console">The terminal.</param>
internal sealed class ProgressBar(IAnsiConsole console)
{
    /// <summary>Runs work that reports how much is done.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="work">The work.</param>
    public void Run(string title, double total, Action<ProgressUpdate> work) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: total);
            work((done, detail) =>
            {
                task.Description = Markup.Escape($"{title} {detail}".TrimEnd());
                task.Value = done;
            });
        });

    /// <summary>Writes a line above the bar.</summary>
    public void WriteLine(string line) => console.Write(new LineAbove(line));

    /// <summary>A line in place of the bar, which the terminal then draws again below it.</summary>
    private sealed class LineAbove(string line) : IRenderable
    {
        // From the cursor, which stands where the bar begins, to the end of the screen: the bar may be longer than the line.
        private const string Erase = "\u001b[J";

        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [Segment.Control(Erase), new Segment(line), Segment.LineBreak];
    }
}
