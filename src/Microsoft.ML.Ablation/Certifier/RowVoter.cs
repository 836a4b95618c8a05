using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>Asks the base classifier about the rows of one cursor, and certifies them.</summary>
internal abstract class RowVoter : IDisposable
{
    /// <summary>How many rows to submit at once, so that everything that counts is busy.</summary>
    public abstract int RowsAtOnce { get; }

    /// <summary>Certifies one row. May be called from several threads.</summary>
    /// <param name="planar">The row's values in channel-major order; not to be changed until the answer is there.</param>
    /// <param name="key">The key of the row's ablations.</param>
    public abstract Task<RowResult> CertifyAsync(ReadOnlyMemory<float> planar, AblationKey key);

    /// <summary>Some ablations of a row that vote, each with the class that the base classifier answers to it alone.</summary>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <param name="count">The most ablations.</param>
    public abstract IReadOnlyList<AblationAnswer> Answers(ReadOnlyMemory<float> planar, AblationKey key, int count);

    public abstract void Dispose();
}
