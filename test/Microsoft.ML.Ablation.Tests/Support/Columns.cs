using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Support;

/// <summary>Reads whole columns through one cursor each.</summary>
internal static class Columns
{
    public static T[] Scalar<T>(this IDataView data, string name, Random? rand = null)
    {
        DataViewSchema.Column column = data.Schema[name];
        var values = new List<T>();
        using DataViewRowCursor cursor = data.GetRowCursor([column], rand);
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    public static T[][] Vectors<T>(this IDataView data, string name, Random? rand = null)
    {
        DataViewSchema.Column column = data.Schema[name];
        var values = new List<T[]>();
        using DataViewRowCursor cursor = data.GetRowCursor([column], rand);
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add([.. value.DenseValues()]);
        }
        return [.. values];
    }

    /// <summary>Every certifier column of every row as one text per row, with all bits of the numbers.</summary>
    public static string[] CertifiedText(this IDataView data)
    {
        bool isBoolean = data.Schema["PredictedLabel"].Type is BooleanDataViewType;
        string[] predicted = isBoolean ? Texts(data.Scalar<bool>("PredictedLabel")) : Texts(data.Scalar<uint>("PredictedLabel"));
        bool[] abstained = data.Scalar<bool>("Abstained");
        int[] radius = data.Scalar<int>("CertifiedRadius");
        double[] bound = data.Scalar<double>("LowerBound");
        int[] samples = data.Scalar<int>("SampleCount");
        float[][] score = isBoolean ? [.. data.Scalar<float>("Score").Select(value => (float[])[value])] : data.Vectors<float>("Score");
        int[][] selection = data.Vectors<int>("SelectionVotes");
        int[][] votes = data.Vectors<int>("Votes");
        return [.. predicted.Select((label, i) => $"{label} {abstained[i]} {radius[i]} {BitConverter.DoubleToInt64Bits(bound[i])} "
            + $"{samples[i]} {string.Join(',', score[i].Select(BitConverter.SingleToInt32Bits))} "
            + $"{string.Join(',', selection[i])} {string.Join(',', votes[i])}")];

        static string[] Texts<T>(T[] values) => [.. values.Select(value => $"{value}")];
    }
}
