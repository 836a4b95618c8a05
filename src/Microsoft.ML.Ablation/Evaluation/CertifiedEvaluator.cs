using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Reads certified predictions once and counts.</summary>
internal static class CertifiedEvaluator
{
    public static CertifiedMetrics Evaluate(IDataView data, string labelName, string predictedName, string radiusName, bool uncertifiedAsZero)
    {
        DataViewSchema.Column label = ClassColumn.Find(data.Schema, "label", labelName);
        DataViewSchema.Column predicted = ClassColumn.Find(data.Schema, "predicted label", predictedName);
        DataViewSchema.Column radius = SchemaColumns.Find(data.Schema, "certified radius", radiusName);
        if (radius.Type != NumberDataViewType.Int32)
        {
            throw new ArgumentOutOfRangeException(nameof(data), $"Column '{radiusName}' has type {radius.Type}, but the Int32 column of "
                + "the smoothed certifier is needed.");
        }
        ClassColumn.RequireSame(label, predicted);
        return CertifiedMetrics.From(Outcomes(data, label, predicted, radius), uncertifiedAsZero);
    }

    private static IEnumerable<CertifiedOutcome> Outcomes(IDataView data, DataViewSchema.Column label, DataViewSchema.Column predicted,
        DataViewSchema.Column radius)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([label, predicted, radius]);
        ValueGetter<uint> getLabel = ClassColumn.Getter(cursor, label);
        ValueGetter<uint> getPredicted = ClassColumn.Getter(cursor, predicted);
        ValueGetter<int> getRadius = cursor.GetGetter<int>(radius);
        uint truth = 0, answer = 0;
        int rho = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref truth);
            getPredicted(ref answer);
            getRadius(ref rho);
            if (truth == 0)
                throw ClassColumn.MissingLabel(cursor.Position, label.Name, nameof(data));
            yield return new CertifiedOutcome(answer == truth, answer == 0, rho);
        }
    }
}
