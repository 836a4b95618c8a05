using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// A certifier on data of one schema, bound once: how rows are read, who counts their votes, and what follows from the counts. It is immutable, and all cursors over such
/// data share it.
/// </summary>
internal abstract class CertifyingSession
{
    private readonly IHost _host;
    private readonly VoteEngine _engine;

    protected CertifyingSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, AblationSeed seed, VoteEngine engine)
        => (_host, Options, Binding, Seed, _engine) = (host, options, binding, seed, engine);

    /// <summary>The certifier's options.</summary>
    public SmoothedCertifierOptions Options { get; }

    /// <summary>The base classifier on such data.</summary>
    public BaseClassifierBinding Binding { get; }

    /// <summary>The seed of the rows' keys.</summary>
    public AblationSeed Seed { get; }

    protected VoteEngine Engine => _engine;

    /// <summary>What certifies the rows of a cursor, which disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public abstract RowVoter Open(DataViewRow input);

    /// <summary>Logs what no row can exceed.</summary>
    public abstract void LogReach(IChannel channel);

    /// <inheritdoc cref="VoteEngine.Release"/>
    public void ReleaseVotes() => _engine.Release();

    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    public void CheckAlive()
    {
        Options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }
}
