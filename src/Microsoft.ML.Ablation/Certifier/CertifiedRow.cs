using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>The certified answer for the row at a cursor's position, computed once for it.</summary>
/// <param name="session">The certifier on the row's schema.</param>
/// <param name="input">The row.</param>
internal abstract class CertifiedRow(CertifyingSession session, DataViewRow input) : IDisposable
{
    private long _position = -1;
    private RowResult _current;

    /// <summary>The answer for the current row.</summary>
    /// <exception cref="OperationCanceledException">The certifier was cancelled before this row.</exception>
    public RowResult Current
    {
        get
        {
            if (input.Position != _position)
            {
                session.CheckAlive();
                _current = Certify();
                _position = input.Position;
            }
            return _current;
        }
    }

    /// <summary>The key of the current row's ablations; costs no vote.</summary>
    public abstract AblationKey Key { get; }

    /// <summary>The row.</summary>
    protected DataViewRow Input => input;

    /// <summary>Certifies the current row.</summary>
    protected abstract RowResult Certify();

    /// <summary>Frees what votes are counted with, where it is this cursor's alone.</summary>
    public abstract void Dispose();
}
