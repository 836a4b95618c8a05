using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// One thread's way through the transformers of a base model: a row that shows one ablation after the other, and the answer that comes out at the end. Everything that depends on types
/// is looked up once, when it is made.
/// </summary>
internal abstract class ChainAsker : IDisposable
{
    private readonly AblatedRow _row;

    /// <param name="plan">The transformers, and what is needed of each.</param>
    /// <param name="columns">The other columns of the row.</param>
    /// <param name="column">The ablated column; this thread's own.</param>
    protected ChainAsker(ChainPlan plan, RowCopy columns, AblatedColumn column)
    {
        _row = new AblatedRow(plan, columns, column);
        Scored = plan.Open(_row);
    }

    /// <summary>The row at the end of the chain.</summary>
    protected DataViewRow Scored { get; }

    /// <summary>Chooses the row of which ablations are shown.</summary>
    public void Show(ShownRow row) => _row.Show(row);

    /// <summary>The answer to an ablation as a number that is equal where answers are: the same bits, not nearly the same.</summary>
    public abstract int BitsOf(AblationStage stage, uint sample);

    /// <summary>Shows another ablation.</summary>
    protected void MoveTo(AblationStage stage, uint sample) => _row.MoveTo(stage, sample);

    public void Dispose() => Scored.Dispose();
}
