using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>What a client says of its workers.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(LogLevel.Information, "Worker {Worker} has joined ({Threads} {Noun}, {Architecture}).")]
    private static partial void Joined(ILogger logger, string worker, int threads, string noun, string architecture);

    public static void Joined(this ILogger logger, string worker, int threads, string architecture)
        => Joined(logger, worker, threads, threads == 1 ? "thread" : "threads", architecture);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has left the cluster.")]
    public static partial void Left(this ILogger logger, string worker);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} is not used: {Reason}")]
    public static partial void NotUsed(this ILogger logger, string worker, string reason);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} cannot help: {Reason}")]
    public static partial void CannotHelp(this ILogger logger, string worker, string? reason);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} is busy: {Reason}. Its pieces go elsewhere, or wait.")]
    public static partial void Busy(this ILogger logger, string worker, string? reason);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} does not answer ({Reason}); its work goes to others.")]
    public static partial void Silent(this ILogger logger, string worker, string reason);

    [LoggerMessage(LogLevel.Warning, "The list of workers cannot be read now ({Reason}); going on with the known ones.")]
    public static partial void ListLost(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The list of workers can be read again.")]
    public static partial void ListFound(this ILogger logger);
}
