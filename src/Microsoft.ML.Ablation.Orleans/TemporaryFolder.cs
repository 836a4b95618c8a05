namespace Microsoft.ML.Ablation.Orleans;

/// <summary>
/// A folder in the temporary directory that goes with its owner. A process that is killed leaves its folders behind; the next one removes them.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string LockName = "lock";

    // A folder that was just made may not be locked yet.
    private static readonly TimeSpan s_youngest = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    /// <param name="prefix">What its name begins with; folders of dead processes with the same prefix are removed.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public TemporaryFolder(string prefix)
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), $"{prefix}*", new EnumerationOptions()))
            RemoveIfLeft(folder);
        FullName = Directory.CreateTempSubdirectory(prefix).FullName;
        _lock = new FileStream(Path.Combine(FullName, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    public string FullName { get; }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(FullName, recursive: true);
    }

    /// <summary>Removes a folder whose owner is dead: a living process holds its lock.</summary>
    private static void RemoveIfLeft(string folder)
    {
        try
        {
            string path = Path.Combine(folder, LockName);
            if (File.GetLastWriteTimeUtc(path) > DateTime.UtcNow - s_youngest)
                return;
            using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
            {
            }
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in use, another user's, or gone.
        }
    }
}
