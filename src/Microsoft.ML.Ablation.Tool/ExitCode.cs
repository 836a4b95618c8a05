using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It failed for another reason than its input.</summary>
    public const int Failure = 1;

    /// <summary>An option, a file or the data is invalid.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C, a termination signal or the end of the terminal; what shells expect.</summary>
    public const int Cancelled = 130;

    /// <summary>The code and the message for an exception.</summary>
    public static (int Code, string Message) Of(Exception exception) => exception switch
    {
        OperationCanceledException => (Cancelled, "stopped; no file was left incomplete"),
        AggregateException { InnerException: { } inner } => Of(inner),
        System.Reflection.TargetInvocationException { InnerException: { } inner } => Of(inner),
        // ML.NET wraps an error in a row that it reads ahead.
        InvalidOperationException { InnerException: { } inner } when exception.Message.StartsWith("Splitter/consolidator", StringComparison.Ordinal) => Of(inner),
        // Without what .NET adds for programmers.
        ArgumentException { ParamName: { } name } => (BadInput, exception.Message.Split($" (Parameter '{name}')")[0]),
        TorchRuntimeException or AblationClusterException => (Failure, exception.Message),
        ArgumentException or FormatException or InvalidDataException or IOException or UnauthorizedAccessException
            or InvalidOperationException => (BadInput, exception.Message),
        _ => (Failure, $"{exception.GetType().Name}: {exception.Message}"),
    };
}
