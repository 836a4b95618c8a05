using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>The ablated column of one row after the other, as one thread sees it.</summary>
internal abstract class AblatedColumn
{
    /// <summary>Reads the ablation that is shown.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>Chooses the row.</summary>
    public abstract void Show(ShownRow row);

    /// <summary>Chooses the ablation.</summary>
    public abstract void MoveTo(AblationStage stage, uint sample);
}

/// <summary>An ablated column of one kind of rows.</summary>
/// <typeparam name="TRow">The kind.</typeparam>
/// <typeparam name="TValue">What the column holds.</typeparam>
internal abstract class AblatedColumn<TRow, TValue> : AblatedColumn
    where TRow : ShownRow
{
    private TRow? _row;
    private AblationStage _stage;
    private uint _sample;

    public override Delegate Getter => (ValueGetter<TValue>)((ref TValue value) => Make(_row!, _stage, _sample, ref value));

    public override void Show(ShownRow row) => _row = (TRow)row;

    public override void MoveTo(AblationStage stage, uint sample) => (_stage, _sample) = (stage, sample);

    /// <summary>Makes an ablation of a row.</summary>
    protected abstract void Make(TRow row, AblationStage stage, uint sample, ref TValue value);
}

/// <summary>The ablated column of rows of numbers.</summary>
/// <param name="encoder">How rows are encoded.</param>
/// <param name="retention">Which positions ablations retain; this thread's own.</param>
internal sealed class AblatedVector(AblationEncoder encoder, IRetention retention) : AblatedColumn<ShownVector, VBuffer<float>>
{
    protected override void Make(ShownVector row, AblationStage stage, uint sample, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, row.Encoded.Length);
        encoder.Ablate(row.Encoded, retention.Of(row.Key, stage, sample), editor.Values);
        value = editor.Commit();
    }
}

/// <summary>The ablated column of texts.</summary>
/// <param name="writer">Writes ablated texts; this thread's own.</param>
/// <param name="retention">Which words ablations retain; this thread's own.</param>
internal sealed class AblatedText(AblatedTextWriter writer, IWordRetention retention) : AblatedColumn<ShownText, ReadOnlyMemory<char>>
{
    protected override void Make(ShownText row, AblationStage stage, uint sample, ref ReadOnlyMemory<char> value)
        => value = writer.Write(row.Words, retention.Of(row.Words, row.Key, stage, sample));
}
