using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Where the tool writes: results to stdout, everything else to stderr.</summary>
/// <param name="json">Whether the result is one JSON object instead of text.</param>
/// <param name="quiet">Whether stderr stays empty but for errors.</param>
internal sealed class ToolConsole(bool json, bool quiet)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    // What the library advises to programs, and what does the same here.
    private static readonly (string Library, string Command) s_advice = ("WithPrecision(ScoringPrecision.Float32)", "'ablation convert --precision Float32'");

    // Other threads write too.
    private volatile ProgressBar? _bar;

    /// <summary>A sentence about what is going on; above the bar, where progress is shown as one.</summary>
    public void Say(string sentence)
    {
        if (quiet)
            return;
        if (_bar is { } bar)
            bar.WriteLine(sentence);
        else
            StandardError.WriteLine(sentence);
    }

    /// <summary>Repeats sampling plans and warnings of ML.NET's log.</summary>
    public void Follow(MLContext ml)
    {
        // A model logs the same for each of its views.
        var said = new HashSet<string>();
        ml.Log += (_, message) =>
        {
            bool isPlan = message.Kind == ChannelMessageKind.Info && message.Source.EndsWith("; Plan", StringComparison.Ordinal);
            if ((isPlan || message.Kind == ChannelMessageKind.Warning) && said.Add(message.RawMessage))
                Say(isPlan ? message.RawMessage : $"Warning: {message.RawMessage.Replace(s_advice.Library, s_advice.Command, StringComparison.Ordinal)}");
        };
    }

    /// <summary>Prints the result: as JSON, or as the given text writes it.</summary>
    /// <exception cref="IOException">Stdout cannot be written.</exception>
    public void Result<T>(T value, Action<IAnsiConsole> asText)
    {
        try
        {
            if (json)
                Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));
            else
                asText(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The result cannot be written to stdout, which is closed or full: {e.Message}", e);
        }
    }

    /// <summary>
    /// Runs work that reports how much of <paramref name="total"/> is done: a bar with the time left on a terminal, else a
    /// line now and then.
    /// </summary>
    public void WithProgress(string title, double total, Action<ProgressUpdate> work)
    {
        if (quiet)
        {
            work((_, _) => { });
        }
        else if (Console.IsErrorRedirected)
        {
            work(new ProgressLines(title, total).Update);
        }
        else
        {
            var bar = new ProgressBar(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
            _bar = bar;
            try
            {
                bar.Run(title, total, work);
            }
            finally
            {
                _bar = null;
            }
        }
    }

    /// <summary>Runs work of which nobody knows how much is left: what is going on, and for how long it has.</summary>
    public T WithClock<T>(string title, Func<T> work)
    {
        if (quiet)
            return work();
        if (!Console.IsErrorRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Status().Start($"{Markup.Escape(title)} …", _ => work());
        var watch = Stopwatch.StartNew();
        using var clock = new Timer(_ => StandardError.WriteLine($"{title}: {ProgressLines.Clock(watch.Elapsed)}"), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        return work();
    }

    /// <summary>Progress for logs: a line every ten seconds and one at the end.</summary>
    private sealed class ProgressLines(string title, double total)
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _next = TimeSpan.FromSeconds(10);

        public void Update(double done, string detail)
        {
            TimeSpan elapsed = _watch.Elapsed;
            if (done < total && elapsed < _next)
                return;
            _next = elapsed + TimeSpan.FromSeconds(10);
            TimeSpan left = done > 0 ? elapsed * ((total - done) / done) : TimeSpan.Zero;
            StandardError.WriteLine(FormattableString.Invariant(
                $"{title}: {100 * done / total:F0} % in {Clock(elapsed)}, {Clock(left)} left {detail}").TrimEnd());
        }

        public static string Clock(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }
}

/// <summary>Reports progress.</summary>
/// <param name="done">How much is done.</param>
/// <param name="detail">What to show beside it.</param>
internal delegate void ProgressUpdate(double done, string detail);
