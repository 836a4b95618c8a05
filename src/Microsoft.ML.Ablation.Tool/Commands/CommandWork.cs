using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Actions that take long and can be stopped.</summary>
internal static class CommandWork
{
    /// <summary>Signals that end work beside those that the parser handles, Ctrl-C and SIGTERM: a closed terminal, and Ctrl-\.</summary>
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>
    /// Runs the action on another thread: the parser's own thread listens to Ctrl-C only once the action has returned to it.
    /// </summary>
    public static void SetWork(this CliCommand command, Func<ParseResult, CancellationToken, Task<int>> work)
    {
        command.SetAction((parsed, cancellation) => Task.Run(async () =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            PosixSignalRegistration[] signals = [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            }))];
            try
            {
                return await work(parsed, stop.Token);
            }
            catch (Exception e) when (stop.IsCancellationRequested)
            {
                // Reported here, because after a signal nobody waits for the exception.
                (int code, string message) = ExitCode.Of(e);
                StandardError.WriteFailure(message);
                return code;
            }
            finally
            {
                Array.ForEach(signals, signal => signal.Dispose());
            }
        }, CancellationToken.None));
    }
}
