namespace Microsoft.ML.Ablation.Files;

/// <summary>A file cannot be read; the message names it and says why.</summary>
internal sealed class FileReadException(string path, Exception cause)
    : IOException($"The file '{Path.GetFullPath(path)}' cannot be read: {Reason(path, cause)}.", cause)
{
    /// <summary>Whether an exception is a failure to read that does not yet name its file.</summary>
    public static bool IsCause(Exception exception) => exception is UnauthorizedAccessException
        or IOException and not (FileReadException or FileWriteException or FileNotFoundException or DirectoryNotFoundException or EndOfStreamException);

    /// <summary>Reads, with errors that name the file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (IsCause(exception))
        {
            throw new FileReadException(path, exception);
        }
    }

    private static string Reason(string path, Exception cause) => cause is UnauthorizedAccessException
        ? "access is denied; change its permissions"
        // Some messages end in the path, which is said already.
        : cause.Message.TrimEnd('.').Replace($" : '{Path.GetFullPath(path)}'", "", StringComparison.Ordinal);
}
