using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Gives the ablated texts of one view.</summary>
/// <param name="owner">The ablation.</param>
/// <param name="inputColumn">The index of the text.</param>
/// <param name="copyColumn">The index of the number of the copy; null where rows are not copied.</param>
internal sealed class WordAblationMapper(WordAblationTransformer owner, int inputColumn, int? copyColumn) : IRowMapper
{
    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool active = activeOutput(0);
        return column => active && (column == inputColumn || column == copyColumn);
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(owner.OutputColumnName, TextDataViewType.Instance)];

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        return [activeOutput(0) ? MakeGetter(input) : null!];
    }

    private ValueGetter<ReadOnlyMemory<char>> MakeGetter(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>> getText = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputColumn]);
        ValueGetter<uint>? getCopy = copyColumn is { } index ? input.GetGetter<uint>(input.Schema[index]) : null;
        WordTokenizer tokenizer = owner.Tokenizer;
        AblatedTextWriter writer = owner.MakeWriter();
        IWordRetention retention = owner.MakeRetention();
        ReadOnlyMemory<char> text = default;
        uint copy = 0;
        return (ref ReadOnlyMemory<char> ablated) =>
        {
            getText(ref text);
            getCopy?.Invoke(ref copy);
            string[] words = tokenizer.Split(text.Span);
            AblationKey key = owner.KeyOf(words);
            ablated = writer.Write(words, retention.Of(words, key, AblationStage.View, owner.SampleOf(words, key, copy)));
        };
    }
}
