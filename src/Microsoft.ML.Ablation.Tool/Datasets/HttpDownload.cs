namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>One GET whose answer goes to a stream; a server that is silent for too long counts as unreachable.</summary>
internal sealed class HttpDownload(HttpClient client, Uri address, long maximumLength, TimeSpan patience)
{
    /// <summary>Receives the content.</summary>
    /// <param name="target">Receives the bytes.</param>
    /// <param name="progress">Told the bytes received so far, and all of them if the server says.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null, or why the server did not give the file. Errors of <paramref name="target"/> are thrown.</returns>
    public async Task<string?> TryRunAsync(
        Stream target, IProgress<(long Received, long? Total)>? progress, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(patience);
        long received = 0;
        try
        {
            using HttpResponseMessage response = await client
                .GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                return $"it answered {(int)response.StatusCode} {response.ReasonPhrase}";

            long? total = response.Content.Headers.ContentLength;
            using Stream content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            while (true)
            {
                int read = await ReadAsync(content, buffer, silence.Token).ConfigureAwait(false);
                if (read == 0)
                    return received < total ? FormattableString.Invariant($"the connection ended after {received:N0} of {total:N0} bytes") : null;
                received += read;
                if (received > maximumLength)
                    return FormattableString.Invariant($"it sent more than {maximumLength:N0} bytes");
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                silence.CancelAfter(patience);
                progress?.Report((received, total));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return FormattableString.Invariant($"no answer within {patience.TotalSeconds:0.#} seconds");
        }
        catch (HttpRequestException exception)
        {
            return received > 0 ? FormattableString.Invariant($"the connection broke after {received:N0} bytes ({exception.Message})") : exception.Message;
        }
    }

    // An IOException of the connection must not be taken for one of the disk.
    private static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException(exception.Message, exception);
        }
    }
}
