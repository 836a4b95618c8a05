using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Microsoft.ML.Ablation.Orleans.Tests;

[TestClass]
public sealed class SecretHandshakeTests
{
    private const string Secret = "the secret of this cluster";

    private readonly Pipe _there = new(), _back = new();

    private IDuplexPipe Caller => new Side(_back.Reader, _there.Writer);

    private IDuplexPipe Called => new Side(_there.Reader, _back.Writer);

    [TestMethod]
    [DataRow(Secret)]
    [DataRow(null, DisplayName = "none, on one machine")]
    public async Task Two_sides_with_one_secret_go_on_with_what_comes_after(string? secret)
    {
        await Task.WhenAll(SecretHandshake.CallAsync(Caller, secret), SecretHandshake.AnswerAsync(Called, secret));
        await Caller.Output.WriteAsync("first message"u8.ToArray());
        ReadResult read = await Called.Input.ReadAsync();
        Assert.AreEqual("first message", Encoding.ASCII.GetString(read.Buffer));
    }

    [TestMethod]
    [DataRow(Secret, "another secret of a cluster")]
    [DataRow(Secret, null)]
    [DataRow(null, Secret)]
    public async Task Both_sides_are_told_when_the_secrets_differ(string? mine, string? its)
    {
        Task called = SecretHandshake.AnswerAsync(Called, its);
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => SecretHandshake.CallAsync(Caller, mine));
        Assert.Contains("secret is another one", e.Message);
        await Caller.Output.CompleteAsync();
        Assert.Contains("does not know the cluster's secret", (await Assert.ThrowsExactlyAsync<AblationClusterException>(() => called)).Message);
    }

    [TestMethod]
    public async Task One_that_answers_yes_without_the_secret_is_found_out()
    {
        Task call = SecretHandshake.CallAsync(Caller, Secret);
        await Called.Input.ReadAtLeastAsync(43);
        await Called.Output.WriteAsync((byte[])[.. "ABLATION-1\n"u8, .. new byte[32]]);
        await Called.Output.WriteAsync((byte[])[1, .. new byte[32]]);
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => call);
        Assert.Contains("does not know the cluster's secret", e.Message);
    }

    [TestMethod]
    public async Task One_that_gives_back_what_it_got_is_found_out()
    {
        // A mirror sends the caller's own number and proof; the roles in the proof tell them apart.
        Task call = SecretHandshake.CallAsync(Caller, Secret);
        ReadResult hello = await Called.Input.ReadAtLeastAsync(43);
        byte[] mirror = hello.Buffer.Slice(0, 43).ToArray();
        Called.Input.AdvanceTo(hello.Buffer.GetPosition(43));
        await Called.Output.WriteAsync(mirror);
        ReadResult proof = await Called.Input.ReadAtLeastAsync(32);
        await Called.Output.WriteAsync((byte[])[1, .. proof.Buffer.Slice(0, 32).ToArray()]);
        await Assert.ThrowsExactlyAsync<AblationClusterException>(() => call);
    }

    [TestMethod]
    public async Task Another_protocol_is_named_as_such()
    {
        await Caller.Output.WriteAsync(Encoding.ASCII.GetBytes("GET /index.html HTTP/1.1\r\nHost: worker\r\n\r\n                "));
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => SecretHandshake.AnswerAsync(Called, Secret));
        Assert.Contains("another protocol", e.Message);
    }

    [TestMethod]
    public async Task A_side_that_hangs_up_is_told_of()
    {
        await Caller.Output.WriteAsync("ABLA"u8.ToArray());
        await Caller.Output.CompleteAsync();
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => SecretHandshake.AnswerAsync(Called, Secret));
        Assert.Contains("closed it", e.Message);
    }

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
