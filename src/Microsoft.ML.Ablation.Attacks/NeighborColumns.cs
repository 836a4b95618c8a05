using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The training rows of a nearest neighbour classifier, stored by column and sorted by class.</summary>
internal sealed class NeighborColumns
{
    private readonly float[] _values;
    private readonly int[] _classStarts;
    private readonly int _count;

    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="length">Values per row.</param>
    /// <param name="classes">Number of classes.</param>
    public NeighborColumns(float[] rows, int[] labels, int length, int classes)
    {
        (_count, Length) = (labels.Length, length);
        int[] order = [.. Enumerable.Range(0, _count).OrderBy(row => labels[row])];
        _classStarts = [.. Enumerable.Range(0, classes + 1).Select(label => labels.Count(other => other < label))];
        _values = new float[rows.Length];
        SquaredNorms = new float[_count];
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(order[i] * length, length);
            SquaredNorms[i] = TensorPrimitives.SumOfSquares(row);
            for (int slot = 0; slot < length; slot++)
                _values[slot * _count + i] = row[slot];
        }
    }

    /// <summary>Values per row.</summary>
    public int Length { get; }

    /// <summary>‖x‖² of each row.</summary>
    public float[] SquaredNorms { get; }

    /// <summary>One value of every row.</summary>
    public ReadOnlySpan<float> Column(int slot) => _values.AsSpan(slot * _count, _count);

    /// <summary>The distance to the nearest row of all other classes minus the distance to the nearest row of a class.</summary>
    /// <param name="squaredDistances">The squared distance to each row, up to a common term.</param>
    /// <param name="shared">The common term.</param>
    /// <param name="label">The class.</param>
    public double Margin(ReadOnlySpan<float> squaredDistances, double shared, int label)
    {
        double own = double.PositiveInfinity, other = double.PositiveInfinity;
        for (int i = 0; i + 1 < _classStarts.Length; i++)
        {
            ReadOnlySpan<float> ofClass = squaredDistances[_classStarts[i].._classStarts[i + 1]];
            if (ofClass.IsEmpty)
                continue;
            double distance = Math.Sqrt(Math.Max(0, TensorPrimitives.Min(ofClass) + shared));
            if (i == label)
                own = distance;
            else
                other = Math.Min(other, distance);
        }
        return other - own;
    }
}
