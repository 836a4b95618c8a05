using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A thread that asks a base regressor.</summary>
internal sealed class ChainNumber : ChainAsker
{
    private readonly string _column;
    private readonly ValueGetter<float> _get;

    /// <param name="plan">The transformers, and what is needed of each.</param>
    /// <param name="output">The column with the output, a Single.</param>
    /// <param name="columns">The other columns of the row.</param>
    /// <param name="column">The ablated column; this thread's own.</param>
    public ChainNumber(ChainPlan plan, DataViewSchema.Column output, RowCopy columns, AblatedColumn column)
        : base(plan, columns, column)
    {
        _column = output.Name;
        _get = Scored.GetGetter<float>(output);
    }

    /// <summary>The output for an ablation.</summary>
    /// <exception cref="InvalidOperationException">It is not a number.</exception>
    public float OutputOf(AblationStage stage, uint sample)
    {
        float output = Ask(stage, sample);
        return !float.IsNaN(output)
            ? output
            : throw new InvalidOperationException($"The base regressor's '{_column}' of an ablated row is NaN; the trainer does not take missing values. Use the encoding Presence "
                + "instead of Missing, and replace missing values of the data.");
    }

    public override int BitsOf(AblationStage stage, uint sample) => BitConverter.SingleToInt32Bits(Ask(stage, sample));

    private float Ask(AblationStage stage, uint sample)
    {
        MoveTo(stage, sample);
        float output = 0;
        _get(ref output);
        return output;
    }
}
