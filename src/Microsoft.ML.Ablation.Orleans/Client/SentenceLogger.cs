using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>A log whose reader takes sentences.</summary>
/// <param name="say">Receives each.</param>
internal sealed class SentenceLogger(Action<string> say) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => say(formatter(state, exception));
}
