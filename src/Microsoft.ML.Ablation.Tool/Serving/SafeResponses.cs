using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>What every response says to browsers, and who is not answered.</summary>
internal static class SafeResponses
{
    private static readonly string[] s_localNames = ["localhost", "127.0.0.1", "[::1]"];

    // The page is three files of this service, and pictures that it draws itself.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Adds headers to responses, and refuses other names than this machine's where only this machine is to be served: a page elsewhere could have its own name lead here.</summary>
    public static void AddTo(IApplicationBuilder application, bool isLocal) => application.Use(async (context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (isLocal && !s_localNames.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            await Results.Problem($"The host is '{context.Request.Host.Host}', but this service answers as {string.Join(", ", s_localNames)} only; start it with --urls for others.",
                statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }
        await next(context);
    });
}
