using System.Net;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>Answers requests as the test says, and keeps what was asked.</summary>
internal sealed class FakeServer(Func<Uri, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public List<Uri> Requests { get; } = [];

    public static Task<HttpResponseMessage> Gives(HttpContent content) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });

    public static Task<HttpResponseMessage> Gives(byte[] content) => Gives(new ByteArrayContent(content));

    public static Task<HttpResponseMessage> Says(HttpStatusCode status) => Task.FromResult(new HttpResponseMessage(status));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri!);
        return answer(request.RequestUri!, cancellationToken);
    }
}
