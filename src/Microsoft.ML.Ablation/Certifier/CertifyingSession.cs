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

    protected CertifyingSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, AblationSeed seed)
        => (_host, Options, Binding, Seed) = (host, options, binding, seed);

    /// <summary>The certifier's options.</summary>
    public SmoothedCertifierOptions Options { get; }

    /// <summary>The base classifier on such data.</summary>
    public BaseClassifierBinding Binding { get; }

    /// <summary>The seed of the rows' keys.</summary>
    public AblationSeed Seed { get; }

    /// <summary>The certified answers for a cursor's rows; whoever asks disposes them.</summary>
    /// <param name="input">The cursor.</param>
    /// <param name="view">The view that it reads; null where there is none.</param>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public abstract CertifiedRow OpenRow(DataViewRow input, IDataView? view);

    /// <summary>Asks more of a cursor's rows than their certificates, one after the other; what is asked of a row is asked before the next one.</summary>
    /// <param name="rows">The cursor.</param>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public abstract IEnumerable<RowInquiry> Inquire(DataViewRowCursor rows);

    /// <summary>What a radius covers, as the subject of a sentence after "No".</summary>
    /// <param name="radius">The radius, at least 1.</param>
    /// <param name="positions">The number of the row's positions.</param>
    public abstract string ChangeWithin(int radius, int positions);

    /// <summary>Logs what no row can exceed.</summary>
    public abstract void LogReach(IChannel channel);

    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    public void CheckAlive()
    {
        Options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }
}
