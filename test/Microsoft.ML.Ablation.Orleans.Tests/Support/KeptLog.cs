using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A log that keeps what it is told.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = new();

    /// <summary>The messages of a level.</summary>
    public string[] Of(LogLevel level) => [.. _entries.Where(entry => entry.Level == level).Select(entry => entry.Message)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _entries.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
