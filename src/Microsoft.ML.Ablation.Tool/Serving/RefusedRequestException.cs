using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A request is not answered; the message says what was given, what is allowed, and what to do.</summary>
/// <param name="status">The status of the response.</param>
/// <param name="message">What is wrong.</param>
internal sealed class RefusedRequestException(int status, string message) : Exception(message)
{
    /// <summary>The status of the response.</summary>
    public int Status => status;

    /// <summary>A row is none that the model takes.</summary>
    public static RefusedRequestException BadRow(string message) => new(StatusCodes.Status400BadRequest, message);
}
