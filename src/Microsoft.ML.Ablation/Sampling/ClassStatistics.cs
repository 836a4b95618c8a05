using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// What linear discriminant analysis (Fisher 1936) knows of rows with classes: the mean of each value in each class, and the covariance of values within the classes. Missing values
/// (NaN) count as the mean.
/// </summary>
internal sealed class ClassStatistics
{
    /// <summary>The most values of a row: their covariance then takes 256 MiB.</summary>
    public const int MostValues = 8_192;

    // More rows say little more of where values go together.
    private const long RowsInCovariance = 20_000;

    private ClassStatistics(int classes, int values)
    {
        Values = values;
        Means = [.. Enumerable.Range(0, classes).Select(_ => new float[values])];
        Covariance = new float[(long)values * values];
    }

    /// <summary>Values of a row.</summary>
    public int Values { get; }

    /// <summary>The mean of each value in each class; classes without rows have the mean of all.</summary>
    public float[][] Means { get; }

    /// <summary>The pooled covariance of values i and j within classes at i·<see cref="Values"/> + j.</summary>
    public float[] Covariance { get; }

    /// <summary>The variance of each value over all rows.</summary>
    public float[] Variances { get; private set; } = [];

    /// <summary>Computes the statistics; reads the rows twice.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="values">Values of a row, from 1 to <see cref="MostValues"/>.</param>
    /// <param name="rows">Gives the rows with their classes, the same each time; an array may be reused.</param>
    public static ClassStatistics Of(int classes, int values, Func<IEnumerable<(int Class, float[] Row)>> rows)
    {
        var statistics = new ClassStatistics(classes, values);
        long count = statistics.AddMeans(rows());
        statistics.AddCovariance(rows(), Math.Max(1, count / RowsInCovariance));
        return statistics;
    }

    /// <summary>Divides each value by its standard deviation within classes, so that its unit plays no part.</summary>
    public void Standardize()
    {
        float[] scales = [.. Enumerable.Range(0, Values).Select(i => Covariance[(long)i * Values + i] is > 0 and var variance ? 1 / MathF.Sqrt(variance) : 0)];
        foreach (float[] mean in Means)
            TensorPrimitives.Multiply(mean, scales, mean);
        for (int i = 0; i < Values; i++)
        {
            Span<float> row = Covariance.AsSpan(i * Values, Values);
            TensorPrimitives.Multiply(row, scales, row);
            TensorPrimitives.Multiply(row, scales[i], row);
            Variances[i] *= scales[i] * scales[i];
        }
    }

    private long AddMeans(IEnumerable<(int Class, float[] Row)> rows)
    {
        var sums = Means.Select(_ => new double[Values]).ToArray();
        var counts = Means.Select(_ => new long[Values]).ToArray();
        var squares = new double[Values];
        long all = 0;
        foreach ((int own, float[] row) in rows)
        {
            all++;
            for (int i = 0; i < Values; i++)
            {
                if (float.IsNaN(row[i]))
                    continue;
                sums[own][i] += row[i];
                squares[i] += (double)row[i] * row[i];
                counts[own][i]++;
            }
        }

        Variances = new float[Values];
        for (int i = 0; i < Values; i++)
        {
            double sum = sums.Sum(own => own[i]);
            long count = Math.Max(1, counts.Sum(own => own[i]));
            Variances[i] = (float)Math.Max(0, squares[i] / count - sum / count * (sum / count));
            for (int own = 0; own < Means.Length; own++)
                Means[own][i] = (float)(counts[own][i] > 0 ? sums[own][i] / counts[own][i] : sum / count);
        }

        return all;
    }

    private void AddCovariance(IEnumerable<(int Class, float[] Row)> rows, long stride)
    {
        var deviations = new float[Values];
        long number = 0, used = 0;
        foreach ((int own, float[] row) in rows)
        {
            if (number++ % stride != 0)
                continue;
            used++;
            TensorPrimitives.Subtract(row.AsSpan(0, Values), Means[own], deviations);
            for (int i = 0; i < Values; i++)
            {
                if (float.IsNaN(deviations[i]))
                    deviations[i] = 0;
            }
            for (int i = 0; i < Values; i++)
            {
                if (deviations[i] == 0)
                    continue;
                // The covariance is symmetric: its upper half is enough.
                Span<float> upper = Covariance.AsSpan(i * Values + i, Values - i);
                TensorPrimitives.MultiplyAdd(deviations.AsSpan(i), deviations[i], upper, upper);
            }
        }

        TensorPrimitives.Divide(Covariance, Math.Max(1f, used), Covariance);
        for (int i = 0; i < Values; i++)
        {
            for (int j = 0; j < i; j++)
                Covariance[i * Values + j] = Covariance[j * Values + i];
        }
    }
}
