using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>
/// The first exchange on every connection, before any message is read: both sides prove that they know the cluster's secret.
/// </summary>
/// <remarks>
/// Each side sends a random number, then HMAC-SHA256 of the secret over its role and both numbers: the caller first, so that a stranger who calls
/// gets no proof against which to try secrets. An answer tells the caller when it was refused.
/// </remarks>
internal static class SecretHandshake
{
    public const int ShortestSecret = 16;

    private const int NonceBytes = 32, ProofBytes = 32;
    private const byte Accepted = 1, Refused = 0;

    private static ReadOnlySpan<byte> Magic => "ABLATION-1\n"u8;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <summary>The side that called.</summary>
    /// <exception cref="AblationClusterException">The other side has another secret, or is no worker.</exception>
    public static async Task CallAsync(IDuplexPipe pipe, string? secret)
    {
        using var timeout = new CancellationTokenSource(s_timeout);
        byte[] mine = Hello();
        await pipe.Output.WriteAsync(mine, timeout.Token).ConfigureAwait(false);
        byte[] its = await ReadHelloAsync(pipe.Input, timeout.Token).ConfigureAwait(false);
        await pipe.Output.WriteAsync(Proof(secret, "caller", mine, its), timeout.Token).ConfigureAwait(false);
        byte[] answer = await ReadAsync(pipe.Input, 1, timeout.Token).ConfigureAwait(false);
        if (answer[0] != Accepted)
            throw new AblationClusterException("The worker refused the connection: the cluster's secret is another one. Give client and workers the same.");
        byte[] proof = await ReadAsync(pipe.Input, ProofBytes, timeout.Token).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(proof, Proof(secret, "called", mine, its)))
            throw new AblationClusterException("The side that answered does not know the cluster's secret; it is not a worker of this cluster.");
    }

    /// <summary>The side that was called.</summary>
    /// <exception cref="AblationClusterException">The other side has another secret, or is no client.</exception>
    public static async Task AnswerAsync(IDuplexPipe pipe, string? secret)
    {
        using var timeout = new CancellationTokenSource(s_timeout);
        byte[] its = await ReadHelloAsync(pipe.Input, timeout.Token).ConfigureAwait(false);
        byte[] mine = Hello();
        await pipe.Output.WriteAsync(mine, timeout.Token).ConfigureAwait(false);
        byte[] proof = await ReadAsync(pipe.Input, ProofBytes, timeout.Token).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(proof, Proof(secret, "caller", its, mine)))
        {
            await pipe.Output.WriteAsync(new[] { Refused }, timeout.Token).ConfigureAwait(false);
            await WaitForEndAsync(pipe.Input, timeout.Token).ConfigureAwait(false);
            throw new AblationClusterException("A connection was refused: the caller does not know the cluster's secret.");
        }
        await pipe.Output.WriteAsync((byte[])[Accepted, .. Proof(secret, "called", its, mine)], timeout.Token).ConfigureAwait(false);
    }

    /// <summary>A connection that is closed at once might lose the refusal.</summary>
    private static async Task WaitForEndAsync(PipeReader input, CancellationToken cancellation)
    {
        ReadResult result;
        do
        {
            result = await input.ReadAsync(cancellation).ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted && !result.IsCanceled);
    }

    private static byte[] Hello() => [.. Magic, .. RandomNumberGenerator.GetBytes(NonceBytes)];

    private static async Task<byte[]> ReadHelloAsync(PipeReader input, CancellationToken cancellation)
    {
        byte[] hello = await ReadAsync(input, Magic.Length + NonceBytes, cancellation).ConfigureAwait(false);
        return hello.AsSpan().StartsWith(Magic)
            ? hello
            : throw new AblationClusterException("The other side of a connection speaks another protocol, or another version of it.");
    }

    private static byte[] Proof(string? secret, string role, byte[] caller, byte[] called)
        => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret ?? ""), (byte[])[.. Encoding.ASCII.GetBytes(role), .. caller, .. called]);

    private static async Task<byte[]> ReadAsync(PipeReader input, int count, CancellationToken cancellation)
    {
        ReadResult result = await input.ReadAtLeastAsync(count, cancellation).ConfigureAwait(false);
        if (result.Buffer.Length < count)
            throw new AblationClusterException("The other side of a connection closed it before it identified itself.");
        ReadOnlySequence<byte> wanted = result.Buffer.Slice(0, count);
        byte[] bytes = wanted.ToArray();
        input.AdvanceTo(wanted.End);
        return bytes;
    }
}
