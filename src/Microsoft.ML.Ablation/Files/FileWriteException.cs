namespace Microsoft.ML.Ablation.Files;

/// <summary>A file cannot be written; the message names it and says why.</summary>
internal sealed class FileWriteException : IOException
{
    // ENOSPC and ERROR_DISK_FULL.
    private const int NoSpace = 28, DiskFull = unchecked((int)0x80070070);

    /// <param name="target">The file that was to be written.</param>
    /// <param name="reason">What prevents it, and what to do about it.</param>
    public FileWriteException(string target, string reason)
        : base($"Cannot write '{target}': {reason.TrimEnd('.')}.")
    {
    }

    /// <param name="target">The file that was to be written.</param>
    /// <param name="temporary">The name under which it was being written; the user does not know it.</param>
    /// <param name="cause">What the operating system said.</param>
    public FileWriteException(string target, string temporary, Exception cause)
        : base($"Cannot write '{target}': {Reason(target, temporary, cause).TrimEnd('.')}.", cause)
    {
    }

    /// <summary>Whether an exception is a failure to write that does not yet name its target.</summary>
    public static bool IsCause(Exception exception) =>
        exception is UnauthorizedAccessException or IOException and not FileWriteException;

    private static string Reason(string target, string temporary, Exception cause) => cause switch
    {
        UnauthorizedAccessException => $"access to '{Path.GetDirectoryName(target)}' is denied; change the permissions or give another path",
        { HResult: NoSpace or DiskFull } => "the disk is full; make room and call again",
        // Some messages end in the path, which is said already.
        _ => cause.Message.Replace(temporary, target, StringComparison.Ordinal).Replace($" : '{target}'", "", StringComparison.Ordinal),
    };
}
