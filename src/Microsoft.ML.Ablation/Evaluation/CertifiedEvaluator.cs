using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Reads certified predictions once and counts.</summary>
internal static class CertifiedEvaluator
{
    /// <exception cref="OperationCanceledException">The host or the token was cancelled.</exception>
    public static CertifiedMetrics Evaluate(IHost host, IDataView data, string labelName, string predictedName, string radiusName, string abstainedName, bool uncertifiedAsZero,
        CancellationToken cancellation)
    {
        DataViewSchema.Column label = ClassColumn.FindLabel(data.Schema, labelName);
        DataViewSchema.Column predicted = ClassColumn.FindPrediction(data.Schema, predictedName);
        DataViewSchema.Column radius = SchemaColumns.Find(data.Schema, "certified radius", radiusName);
        if (radius.Type != NumberDataViewType.Int32)
        {
            throw new ArgumentOutOfRangeException(nameof(data), $"Column '{radiusName}' has type {radius.Type}, but the Int32 column of "
                + "the smoothed certifier is needed.");
        }
        DataViewSchema.Column? abstained = ClassColumn.FindAbstained(data.Schema, predicted, abstainedName);
        var classes = new ClassMap(label, predicted, host);
        return CertifiedMetrics.From(Outcomes(data, classes, label, predicted, radius, abstained, CheckAlive), uncertifiedAsZero, classes.Classes);

        void CheckAlive()
        {
            cancellation.ThrowIfCancellationRequested();
            host.CheckAlive();
        }
    }

    private static IEnumerable<CertifiedOutcome> Outcomes(IDataView data, ClassMap classes, DataViewSchema.Column label, DataViewSchema.Column predicted,
        DataViewSchema.Column radius, DataViewSchema.Column? abstained, Action checkAlive)
    {
        using DataViewRowCursor cursor = SingleCursor.Open(data, new[] { label, predicted, radius, abstained }.OfType<DataViewSchema.Column>());
        ValueGetter<uint> getLabel = classes.LabelGetter(cursor);
        ValueGetter<uint> getPredicted = classes.AnswerGetter(cursor, abstained);
        ValueGetter<int> getRadius = cursor.GetGetter<int>(radius);
        uint truth = 0, answer = 0;
        int rho = 0;
        while (cursor.MoveNext())
        {
            checkAlive();
            getLabel(ref truth);
            getPredicted(ref answer);
            getRadius(ref rho);
            yield return CertifiedOutcome.Of((int)truth - 1, answer == 0 ? null : (int)answer - 1, rho);
        }
    }
}
