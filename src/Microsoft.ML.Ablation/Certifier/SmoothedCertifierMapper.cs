using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Gives the certifier's columns of one view; a row is certified once, when its first column is read.</summary>
/// <param name="owner">The certifier.</param>
/// <param name="session">The certifier on the view's schema.</param>
/// <param name="view">The view, where there is one.</param>
internal sealed class SmoothedCertifierMapper(SmoothedCertifierTransformer owner, CertifyingSession session, IDataView? view) : IRowMapper
{
    private SmoothedCertifierOptions Options => session.Options;

    private bool AnswersBoolean => session.Binding.PredictedLabel.Type is BooleanDataViewType && !owner.AnswersByKey;

    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool any = Enumerable.Range(0, Options.ColumnNames.Length).Any(activeOutput);
        if (!any)
            return _ => false;
        return session.Binding.Dependencies().Contains;
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns()
    {
        BaseClassifierBinding classifier = session.Binding;
        var slots = ClassNames.SlotNames(classifier.PredictedLabel);
        var counts = new VectorDataViewType(NumberDataViewType.Int32, classifier.ClassCount);
        return
        [
            AnswersBoolean
                ? new(Options.PredictedLabelColumnName, BooleanDataViewType.Instance)
                : new(Options.PredictedLabelColumnName, new KeyDataViewType(typeof(uint), classifier.ClassCount), ClassNames.KeyValues(classifier.PredictedLabel)),
            new(Options.AbstainedColumnName, BooleanDataViewType.Instance),
            new(Options.CertifiedRadiusColumnName, NumberDataViewType.Int32),
            AnswersBoolean
                ? new(Options.ScoreColumnName, NumberDataViewType.Single)
                : new(Options.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, classifier.ClassCount), slots),
            new(Options.LowerBoundColumnName, NumberDataViewType.Double),
            new(Options.SelectionVotesColumnName, counts, slots),
            new(Options.VotesColumnName, counts, slots),
            new(Options.SampleCountColumnName, NumberDataViewType.Int32),
        ];
    }

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        var getters = new Delegate[Options.ColumnNames.Length];
        if (!Enumerable.Range(0, getters.Length).Any(activeOutput))
            return getters;
        CertifiedRow row = session.OpenRow(input, view);
        disposer = row.Dispose;
        Delegate[] all =
        [
            AnswersBoolean
                ? (ValueGetter<bool>)((ref bool value) => value = BooleanAnswer.Of(row.Current))
                : (ValueGetter<uint>)((ref uint value) => value = (uint)(row.Current.PredictedClass + 1)),
            (ValueGetter<bool>)((ref bool value) => value = row.Current.Abstained),
            (ValueGetter<int>)((ref int value) => value = row.Current.Certified.Radius),
            AnswersBoolean
                ? (ValueGetter<float>)((ref float value) => value = BooleanAnswer.ScoreOf(row.Current))
                : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Shares(row.Current, ref value)),
            (ValueGetter<double>)((ref double value) => value = row.Current.Certified.LowerBound),
            (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) => Copy(row.Current.SelectionVotes(), ref value)),
            (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) => Copy(row.Current.EstimationVotes(), ref value)),
            (ValueGetter<int>)((ref int value) => value = row.Current.SampleCount),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            if (activeOutput(i))
                getters[i] = all[i];
        }
        return getters;
    }

    private static void Shares(RowResult row, ref VBuffer<float> value)
    {
        int[] votes = row.EstimationVotes();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, votes.Length);
        for (int i = 0; i < votes.Length; i++)
            editor.Values[i] = row.EstimationCount == 0 ? 0 : (float)((double)votes[i] / row.EstimationCount);
        value = editor.Commit();
    }

    private static void Copy(int[] votes, ref VBuffer<int> value)
    {
        VBufferEditor<int> editor = VBufferEditor.Create(ref value, votes.Length);
        votes.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
