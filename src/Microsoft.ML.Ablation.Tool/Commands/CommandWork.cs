using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Actions that take long and can be stopped.</summary>
internal static class CommandWork
{
    /// <summary>
    /// Runs the action on another thread: the parser's own thread listens to Ctrl-C only once the action has returned to it.
    /// </summary>
    public static void SetWork(this CliCommand command, Func<ParseResult, CancellationToken, Task<int>> work)
    {
        command.SetAction((parsed, cancellation) => Task.Run(async () =>
        {
            try
            {
                return await work(parsed, cancellation);
            }
            catch (Exception e) when (cancellation.IsCancellationRequested)
            {
                // Told here, because after a signal nobody waits for the exception.
                (int code, string message) = ExitCode.Of(e);
                await Console.Error.WriteLineAsync($"ablation: {message}");
                return code;
            }
        }, CancellationToken.None));
    }
}
