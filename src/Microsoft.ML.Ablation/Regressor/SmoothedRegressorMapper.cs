using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Gives the smoothed regressor's columns; the base regressor is asked about a row once, when its first column is read.</summary>
/// <param name="owner">The smoothed regressor.</param>
/// <param name="session">The regressor on the rows' schema.</param>
internal sealed class SmoothedRegressorMapper(SmoothedRegressorTransformer owner, RegressingSession session) : IRowMapper
{
    private SmoothedRegressorOptions Options => owner.Options;

    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        => Enumerable.Range(0, Options.ColumnNames.Length).Any(activeOutput) ? session.Binding.Dependencies().Contains : _ => false;

    public DataViewSchema.DetachedColumn[] GetOutputColumns()
    {
        var ends = new VectorDataViewType(NumberDataViewType.Single, Options.LargestRadius + 1);
        return
        [
            new(Options.ScoreColumnName, NumberDataViewType.Single),
            new(Options.CertifiedLowerColumnName, ends),
            new(Options.CertifiedUpperColumnName, ends),
            new(Options.SampleCountColumnName, NumberDataViewType.Int32),
        ];
    }

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        var getters = new Delegate[Options.ColumnNames.Length];
        if (!Enumerable.Range(0, getters.Length).Any(activeOutput))
            return getters;
        var row = new KeyedRow(session.Binding, session.Seed, input);
        ChainOutputSource source = session.Open(input);
        disposer = source.Dispose;
        long position = -1;
        RegressedRow? current = null;
        Delegate[] all =
        [
            (ValueGetter<float>)((ref float value) => value = Current().Median),
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(Current().Lower, ref value)),
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(Current().Upper, ref value)),
            (ValueGetter<int>)((ref int value) => value = session.Intervals.Count),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            if (activeOutput(i))
                getters[i] = all[i];
        }
        return getters;

        RegressedRow Current()
        {
            if (current is null || input.Position != position)
            {
                Sampling.AblationKey key = row.Key;
                current = session.Intervals.Of(session.Ask(source, row.Planar, key));
                position = input.Position;
            }
            return current;
        }
    }

    private static void Copy(float[] ends, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, ends.Length);
        ends.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
