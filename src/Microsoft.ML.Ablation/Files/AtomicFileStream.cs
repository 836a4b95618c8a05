namespace Microsoft.ML.Ablation.Files;

/// <summary>A temporary file whose errors of writing, such as a full disk, name the file that it is to become.</summary>
internal sealed class AtomicFileStream(string target, FileStream temporary) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => temporary.Length;

    public override long Position
    {
        get => temporary.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer) => temporary.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => temporary.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            temporary.Write(buffer);
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(target, temporary.Name, exception);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await temporary.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(target, temporary.Name, exception);
        }
    }

    // These may write what is buffered.
    public override long Seek(long offset, SeekOrigin origin) => Guard(() => temporary.Seek(offset, origin));

    public override void SetLength(long value) => Guard(() => { temporary.SetLength(value); return 0; });

    public override void Flush() => Guard(() => { temporary.Flush(); return 0; });

    /// <summary>Writes what is buffered, also by the operating system, to the disk.</summary>
    public void FlushToDisk() => Guard(() => { temporary.Flush(flushToDisk: true); return 0; });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Guard(() => { temporary.Dispose(); return 0; });
        base.Dispose(disposing);
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(target, temporary.Name, exception);
        }
    }
}
