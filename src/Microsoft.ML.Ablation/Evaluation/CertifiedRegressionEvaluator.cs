using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Reads certified intervals once.</summary>
internal static class CertifiedRegressionEvaluator
{
    /// <exception cref="OperationCanceledException">The host or the token was cancelled.</exception>
    public static CertifiedRegressionMetrics Evaluate(IHost host, IDataView data, string labelName, SmoothedRegressorOptions columns)
    {
        DataViewSchema.Column label = Find("label", labelName, isVector: false), score = Find("score", columns.ScoreColumnName, isVector: false);
        DataViewSchema.Column lower = Find("certified lower", columns.CertifiedLowerColumnName, isVector: true);
        DataViewSchema.Column upper = Find("certified upper", columns.CertifiedUpperColumnName, isVector: true);
        return CertifiedRegressionMetrics.From(Rows());

        DataViewSchema.Column Find(string role, string name, bool isVector)
        {
            DataViewSchema.Column column = SchemaColumns.Find(data.Schema, role, name);
            bool fits = isVector ? column.Type is VectorDataViewType { Size: > 0 } vector && vector.ItemType == NumberDataViewType.Single : column.Type == NumberDataViewType.Single;
            return fits
                ? column
                : throw new ArgumentOutOfRangeException(nameof(data), $"Column '{name}' has type {column.Type}, but {(isVector ? "a vector of Single" : "a Single")} is needed.");
        }

        IEnumerable<CertifiedRegression> Rows()
        {
            using DataViewRowCursor cursor = SingleCursor.Open(data, [label, score, lower, upper]);
            ValueGetter<float> getLabel = cursor.GetGetter<float>(label), getScore = cursor.GetGetter<float>(score);
            ValueGetter<VBuffer<float>> getLower = cursor.GetGetter<VBuffer<float>>(lower), getUpper = cursor.GetGetter<VBuffer<float>>(upper);
            float truth = 0, median = 0;
            VBuffer<float> from = default, to = default;
            while (cursor.MoveNext())
            {
                columns.CancellationToken.ThrowIfCancellationRequested();
                host.CheckAlive();
                getLabel(ref truth);
                if (float.IsNaN(truth))
                    throw new ArgumentException($"Row {cursor.Position} has no label (NaN in '{labelName}'); leave out rows without one.", nameof(data));
                getScore(ref median);
                getLower(ref from);
                getUpper(ref to);
                yield return new CertifiedRegression(truth, median, [.. from.DenseValues()], [.. to.DenseValues()]);
            }
        }
    }
}
