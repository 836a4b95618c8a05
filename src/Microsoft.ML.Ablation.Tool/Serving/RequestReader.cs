using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Reads the bodies of requests for answers.</summary>
/// <param name="model">The model.</param>
/// <param name="settings">The limits.</param>
internal sealed class RequestReader(ServedModel model, ServeSettings settings)
{
    private const string RowsName = "rows";
    private const int MostBatchBytes = 16 << 20;

    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly string _allowed = $"{model.RowText}, or {{\"{RowsName}\": [at most {settings.MostRows} of them]}}, as application/json";

    /// <summary>The most bytes of a body: those of one row, and of more rows as far as they stay small.</summary>
    public long MostBytes { get; } = Math.Max(model.MostRowBytes, Math.Min((long)settings.MostRows * model.MostRowBytes, MostBatchBytes));

    /// <summary>Reads a row, or rows.</summary>
    /// <returns>The rows, and whether they came as several.</returns>
    /// <exception cref="RefusedRequestException">The body is none that the service takes, or comes too slowly.</exception>
    public async Task<(IReadOnlyList<ServedQuestion> Rows, bool IsBatch)> ReadAsync(HttpRequest request, CancellationToken aborted)
    {
        if (!request.HasJsonContentType())
            throw new RefusedRequestException(StatusCodes.Status415UnsupportedMediaType, $"The content type is '{request.ContentType}'; give {_allowed}.");
        using JsonDocument document = await ParseAsync(request, aborted);
        JsonElement body = document.RootElement;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(RowsName, out JsonElement rows) || rows.ValueKind != JsonValueKind.Array)
            return ([model.Read(body, "")], false);
        int count = rows.GetArrayLength();
        if (count == 0 || count > settings.MostRows)
            throw RefusedRequestException.BadRow(FormattableString.Invariant($"There are {count} rows; give from 1 to {settings.MostRows}."));
        if (body.EnumerateObject().Count() > 1)
            throw RefusedRequestException.BadRow($"There is something beside '{RowsName}'; give {_allowed}.");
        return ([.. rows.EnumerateArray().Select((row, i) => model.Read(row, FormattableString.Invariant($"{RowsName}[{i}]: ")))], true);
    }

    private async Task<JsonDocument> ParseAsync(HttpRequest request, CancellationToken aborted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        deadline.CancelAfter(settings.Timeout);
        try
        {
            return await JsonDocument.ParseAsync(request.Body, s_json, deadline.Token);
        }
        catch (JsonException exception)
        {
            throw RefusedRequestException.BadRow(FormattableString.Invariant($"The body is no JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}; give {_allowed}."));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RefusedRequestException(exception.StatusCode, FormattableString.Invariant($"The body has more than {MostBytes:N0} bytes; give {_allowed}."));
        }
        catch (BadHttpRequestException exception)
        {
            throw new RefusedRequestException(exception.StatusCode, $"{exception.Message.TrimEnd('.')}; give {_allowed}.");
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // What comes of the body later would be read as the next request.
            request.HttpContext.Response.Headers.Connection = "close";
            throw new RefusedRequestException(StatusCodes.Status408RequestTimeout, $"The body did not come within {settings.TimeoutText}; send it faster, or start the service with a longer --timeout.");
        }
    }
}
