using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>An HTTP server on this machine, just enough for one GET per connection.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Uri, byte[]> _content;
    private readonly Task _loop;

    public LocalServer(Func<Uri, byte[]> content)
    {
        _content = content;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/mnist/");
        _loop = RunAsync();
    }

    public Uri Address { get; }

    /// <summary>The connection is closed after so many bytes of content.</summary>
    public int CutAfter { get; init; } = int.MaxValue;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string request = await reader.ReadLineAsync() ?? "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }
        byte[] content = _content(new Uri(Address, request.Split(' ')[1]));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content.AsMemory(0, Math.Min(CutAfter, content.Length)));
    }
}
