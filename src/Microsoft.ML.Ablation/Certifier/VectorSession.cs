using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with rows of numbers, of which votes may be counted by a network or on other machines.</summary>
internal abstract class VectorSession : CertifyingSession
{
    protected VectorSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, AblationSeed seed, VoteEngine engine)
        : base(host, options, binding, seed) => Engine = engine;

    protected VoteEngine Engine { get; }

    /// <summary>What certifies the rows of a cursor, which disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public abstract RowVoter Open(DataViewRow input);

    public override CertifiedRow OpenRow(DataViewRow input, IDataView? view) => new RowCursor(this, input, view, isInOrder: false);

    public override string ChangeWithin(int radius, int positions)
    {
        string what = Binding.Encoder.Layout.HasSides ? "pixels" : Binding.PositionNames() is null ? "positions" : "attributes";
        return $"change of {(radius == 1 ? "one" : $"up to {radius}")} of the {positions} {what} of '{Binding.FeatureColumn.Name}', to whatever values,";
    }

    /// <inheritdoc cref="VoteEngine.Release"/>
    public void ReleaseVotes() => Engine.Release();
}
