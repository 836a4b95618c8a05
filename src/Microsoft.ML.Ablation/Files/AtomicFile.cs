using System.Text;

namespace Microsoft.ML.Ablation.Files;

/// <summary>
/// A file that appears whole or not at all: it is written beside its target under another name, flushed to the disk, and renamed
/// by <see cref="Commit"/>. Disposed without that, it leaves the target as it was and nothing else behind.
/// </summary>
/// <remarks>
/// Whatever keeps the file from being written is an <see cref="IOException"/> that names the target and the reason. Opening it
/// before a long computation therefore also finds out early whether its result can be kept.
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private readonly AtomicFileStream _stream;
    private bool _isOpen = true;

    private AtomicFile(string target, string temporary, AtomicFileStream stream)
    {
        _target = target;
        _temporary = temporary;
        _stream = stream;
    }

    /// <summary>What is written here becomes the file; can be read back and repositioned.</summary>
    public Stream Stream => _stream;

    /// <summary>Opens a temporary file beside <paramref name="path"/>.</summary>
    /// <exception cref="IOException">The directory is missing or cannot be written, or the target is a directory, a device or
    /// read-only.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Resolve(path);
        if (Obstacle(target) is { } obstacle)
            throw new FileWriteException(target, obstacle);

        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".ablation-{Guid.NewGuid():N}.tmp");
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
            return new AtomicFile(target, temporary, new AtomicFileStream(target, stream));
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(target, temporary, exception);
        }
    }

    /// <summary>Writes a whole file; if <paramref name="write"/> throws, the target stays as it was.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Create(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a whole text file in UTF-8 without a byte order mark.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteAllText(string path, string text) =>
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Finds out whether a file could be written, and leaves nothing behind.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public static void CheckWritable(string path) => Create(path).Dispose();

    /// <summary>Flushes to the disk and gives the file its name; an older file of that name is replaced.</summary>
    /// <exception cref="IOException">The disk is full, or the target cannot be replaced.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(!_isOpen, this);
        try
        {
            _stream.FlushToDisk();
            _stream.Dispose();
            File.Move(_temporary, _target, overwrite: true);
            _isOpen = false;
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(_target, _temporary, exception);
        }
    }

    /// <summary>Without <see cref="Commit"/>: removes what was written.</summary>
    public void Dispose()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be flushed is thrown away anyway.
        }
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is what the user must see.
        }
    }

    // A link is followed: the file that it points to is the one to be replaced.
    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return full; // Obstacle reports what is in the way.
        }
    }

    private static string? Obstacle(string target)
    {
        string? directory = Path.GetDirectoryName(target);
        if (directory is null || Directory.Exists(target))
            return "it is a directory; give the name of a file";
        if (!Directory.Exists(directory))
            return $"the directory '{directory}' does not exist; create it or give another path";
        if (!File.Exists(target))
            return null;
        if (!OperatingSystem.IsWindows()
            && (target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal))
            && !target.StartsWith("/dev/shm/", StringComparison.Ordinal))
        {
            return "it is a device; give the name of a file";
        }
        return File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly)
            ? "the file that is there is read-only; remove it or give another path"
            : null;
    }
}
