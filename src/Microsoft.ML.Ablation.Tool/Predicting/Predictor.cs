using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>Asks a model about rows, with the certificates that it was trained to give.</summary>
internal static class Predictor
{
    /// <summary>The answers, in the order of the rows.</summary>
    /// <param name="asked">The rows.</param>
    /// <param name="cancellation">Stops it after the current row.</param>
    /// <exception cref="InvalidDataException">The model has neither a smoothed certifier nor a smoothed regressor.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<Prediction> Predict(AskedRows asked, CancellationToken cancellation)
    {
        IDataView answered = asked.Chain.Transform(asked.Rows);
        SmoothedRegressorOptions? numbers = Tables.TableModel.RegressorOf(asked.Chain)?.Options;
        SmoothedCertifierOptions? classes = numbers is null ? CertificationRun.FindCertifier(asked.Chain).Options : null;
        DataViewSchema.Column[] columns = [.. Names(numbers, classes).Select(name => answered.Schema[name])];
        using DataViewRowCursor cursor = SingleCursor.Open(answered, columns);
        Func<string, Prediction> read = numbers is null ? ClassReader(cursor, columns) : NumberReader(cursor, columns);
        foreach (string name in asked.Names)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!cursor.MoveNext())
                throw new InvalidDataException("The model gives fewer rows than it was asked about; it is no model of single rows.");
            yield return read(name);
        }
    }

    private static string[] Names(SmoothedRegressorOptions? numbers, SmoothedCertifierOptions? classes) => numbers is not null
        ? [numbers.ScoreColumnName, numbers.CertifiedLowerColumnName, numbers.CertifiedUpperColumnName]
        : [classes!.PredictedLabelColumnName, classes.AbstainedColumnName, classes.CertifiedRadiusColumnName];

    private static Func<string, Prediction> ClassReader(DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        string[] classes = ClassNames.Of(columns[0]);
        Func<int> predicted = columns[0].Type is BooleanDataViewType ? IndexOf(Reader<bool>(cursor, columns[0])) : IndexOf(Reader<uint>(cursor, columns[0]));
        (Func<bool> abstained, Func<int> radius) = (Reader<bool>(cursor, columns[1]), Reader<int>(cursor, columns[2]));
        return name => new Prediction(name) { PredictedLabel = abstained() ? null : classes[predicted()], Abstained = abstained(), CertifiedRadius = radius() };
    }

    private static Func<string, Prediction> NumberReader(DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        Func<float> score = Reader<float>(cursor, columns[0]);
        (Func<VBuffer<float>> lower, Func<VBuffer<float>> upper) = (Reader<VBuffer<float>>(cursor, columns[1]), Reader<VBuffer<float>>(cursor, columns[2]));
        return name => new Prediction(name) { Score = score(), CertifiedLower = Ends(lower()), CertifiedUpper = Ends(upper()) };
    }

    /// <summary>Keys count from 1.</summary>
    private static Func<int> IndexOf(Func<uint> key) => () => (int)key() - 1;

    /// <summary>False is the first class, True the second.</summary>
    private static Func<int> IndexOf(Func<bool> flag) => () => flag() ? 1 : 0;

    private static Func<T> Reader<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    /// <summary>Ends of intervals; JSON has no infinity.</summary>
    private static double?[] Ends(VBuffer<float> values) => [.. values.DenseValues().Select(end => float.IsFinite(end) ? (double?)end : null)];
}
