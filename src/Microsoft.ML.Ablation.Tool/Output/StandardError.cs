namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>The stream of remarks, progress and errors. Where it is closed, work continues.</summary>
internal static class StandardError
{
    public static void WriteLine(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The exit code still tells the outcome.
        }
    }

    /// <summary>Writes the one line that says what went wrong.</summary>
    public static void WriteFailure(string message) => WriteLine($"ablation: {OneLine(message)}");

    /// <summary>A text on one line: names of files and values of options may hold anything.</summary>
    public static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));
}
