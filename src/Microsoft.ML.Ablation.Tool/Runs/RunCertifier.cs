using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Certifies the rows of a run from what it keeps of them, without the network.</summary>
internal abstract class RunCertifier
{
    /// <summary>How rows were voted on, and what is claimed from that here.</summary>
    public abstract VotingScheme Scheme { get; }

    /// <summary>The row's class and certificate.</summary>
    /// <exception cref="InvalidDataException">The row is not one of the run.</exception>
    public RowResult Certify(RunRow row)
    {
        try
        {
            return Conclude(row);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"Row {row.Row} of the run is inconsistent: {exception.Message}", exception);
        }
    }

    /// <exception cref="ArgumentException">What is kept of the row cannot be.</exception>
    /// <exception cref="InvalidDataException">What is kept of the row cannot be.</exception>
    protected abstract RowResult Conclude(RunRow row);
}
