using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// Divides positions among masks so that each mask tells as many classes apart as it can, and every two classes are told apart by as many masks: by simulated annealing
/// (Kirkpatrick, Gelatt and Vecchi 1983). Any partition gives true certificates; a good one gives large ones.
/// </summary>
/// <remarks>
/// For two classes at Mahalanobis distance δ, as seen through a mask with the covariance of linear discriminant analysis, the best linear classifier is right with probability
/// Φ(δ/2), so that the mask contributes 2Φ(δ/2) − 1 to the expected lead of one in their contest. With L the sum over all N masks, the search minimises the sum over every two
/// classes of exp(−10 L / N): the closest contests count most, because the closest decides the radius.
/// </remarks>
internal sealed class PartitionSearch
{
    private const double Softness = 0.1, FirstTemperature = 3e-4, Ridge = 0.2, LeastVariance = 0.1;
    private const double Work = 5e9;
    private const int MostSteps = 3_000_000, LargestOverMean = 3;

    private readonly ClassStatistics _statistics;
    private readonly int[][] _valuesOf;
    private readonly List<int>[] _masks;
    private readonly Random _random;
    private readonly float _ridge;
    private readonly int _pairs;
    private readonly double[][] _leads;
    private readonly double[] _fresh1, _fresh2;
    private double[] _sums, _changed;
    private double[] _factor = [];
    private double[][] _whitened = [];
    private int[] _values = [];

    /// <param name="statistics">What is known of the rows.</param>
    /// <param name="valuesOf">The values of each position.</param>
    /// <param name="start">The masks to begin with, a partition of all positions.</param>
    /// <param name="seed">The order of the trials.</param>
    private PartitionSearch(ClassStatistics statistics, int[][] valuesOf, IEnumerable<int[]> start, int seed)
    {
        _statistics = statistics;
        _valuesOf = valuesOf;
        _masks = [.. start.Select(mask => mask.ToList())];
        _random = new Random(seed);
        int classes = statistics.Means.Length;
        _pairs = classes * (classes - 1) / 2;
        _ridge = (float)Ridge * Enumerable.Range(0, statistics.Values).Average(i => statistics.Covariance[i * statistics.Values + i]) + float.Epsilon;
        (_fresh1, _fresh2, _sums, _changed) = (new double[_pairs], new double[_pairs], new double[_pairs], new double[_pairs]);
        _leads = [.. _masks.Select(_ => new double[_pairs])];
    }

    /// <summary>Improves a partition.</summary>
    /// <param name="statistics">What is known of the rows.</param>
    /// <param name="valuesOf">The values of each position.</param>
    /// <param name="start">The masks to begin with, a partition of all positions.</param>
    /// <param name="seed">The order of the trials: the same gives the same partition.</param>
    /// <param name="checkAlive">Called now and then; may throw to end the search.</param>
    /// <returns>A partition into as many masks.</returns>
    public static int[][] Improve(ClassStatistics statistics, int[][] valuesOf, IReadOnlyList<int[]> start, int seed, Action checkAlive)
    {
        if (start.Count == 1)
            return [.. start];
        var search = new PartitionSearch(statistics, valuesOf, start, seed);
        int[] idle = search.TakeIdle();
        search.Anneal(checkAlive);
        search.PutBack(idle);
        return [.. search._masks.Select(mask => mask.Order().ToArray())];
    }

    /// <summary>Takes out positions that hardly vary, such as the border of images, as long as every mask keeps one; they would only slow the search.</summary>
    private int[] TakeIdle()
    {
        double most = LeastVariance * _statistics.Variances.Average();
        var idle = new List<int>();
        foreach (List<int> mask in _masks)
        {
            int[] own = [.. mask.Where(position => _valuesOf[position].All(value => _statistics.Variances[value] < most))];
            foreach (int position in own.Take(mask.Count - 1))
            {
                mask.Remove(position);
                idle.Add(position);
            }
        }

        return [.. idle];
    }

    private void PutBack(int[] idle)
    {
        foreach (int position in idle)
            _masks.MinBy(mask => mask.Count)!.Add(position);
    }

    private void Anneal(Action checkAlive)
    {
        double mean = (double)_valuesOf.Length / _masks.Length;
        int largest = (int)Math.Ceiling(LargestOverMean * mean), mostValues = _valuesOf.Max(values => values.Length);
        _values = new int[largest * mostValues];
        _factor = new double[_values.Length * _values.Length];
        _whitened = [.. _statistics.Means.Select(_ => new double[_values.Length])];
        for (int n = 0; n < _masks.Length; n++)
        {
            Leads(_masks[n], _leads[n]);
            TensorPrimitives.Add<double>(_sums, _leads[n], _sums);
        }

        double cost = Cost(_sums);
        int steps = StepsFor(mean * _valuesOf.Average(values => values.Length));
        for (int step = 0; step < steps; step++)
        {
            if (step % 1024 == 0)
                checkAlive();
            double left = 1 - (double)step / steps;
            cost = Try(cost, FirstTemperature * left * left, largest);
        }
    }

    /// <summary>So many steps that the search takes about as long whatever the number of classes and values, less for small problems.</summary>
    private int StepsFor(double values)
    {
        double classes = _statistics.Means.Length;
        double operations = values * values * values / 6 + classes * values * values / 2 + _pairs * values + 100;
        return (int)Math.Clamp(Work / (2 * operations), 1_000, Math.Min(MostSteps, 4_000.0 * _valuesOf.Length));
    }

    /// <summary>Exchanges two positions of two masks, or gives one away, and keeps the change if it is better, or with the probability of annealing.</summary>
    private double Try(double cost, double temperature, int largest)
    {
        int a = _random.Next(_masks.Length), b = _random.Next(_masks.Length);
        List<int> from = _masks[a], to = _masks[b];
        if (a == b)
            return cost;
        int i = _random.Next(from.Count), j = _random.Next(to.Count);
        bool isExchange = _random.Next(4) > 0;
        if (!isExchange && (from.Count < 2 || to.Count >= largest))
            return cost;
        int given = from[i], taken = to[j];
        if (isExchange)
            (from[i], to[j]) = (taken, given);
        else
            MoveTo(from, to, i);
        Leads(from, _fresh1);
        Leads(to, _fresh2);
        for (int pair = 0; pair < _pairs; pair++)
            _changed[pair] = _sums[pair] + _fresh1[pair] + _fresh2[pair] - _leads[a][pair] - _leads[b][pair];
        double changed = Cost(_changed);
        if (changed <= cost || _random.NextDouble() < Math.Exp((cost - changed) / temperature))
        {
            (_sums, _changed) = (_changed, _sums);
            _fresh1.CopyTo(_leads[a], 0);
            _fresh2.CopyTo(_leads[b], 0);
            return changed;
        }
        if (isExchange)
            (from[i], to[j]) = (given, taken);
        else
            MoveTo(to, from, to.Count - 1);
        return cost;
    }

    private static void MoveTo(List<int> from, List<int> to, int index = 0)
    {
        to.Add(from[index]);
        from.RemoveAt(index);
    }

    private double Cost(double[] leads)
    {
        double sum = 0, scale = -1 / (Softness * _masks.Length);
        foreach (double lead in leads)
            sum += Math.Exp(scale * lead);
        return sum;
    }

    /// <summary>What a mask contributes to the lead in each contest: 2Φ(δ/2) − 1, with the distance after whitening by the Cholesky factor of its covariance.</summary>
    private void Leads(List<int> mask, double[] leads)
    {
        int count = 0;
        foreach (int position in mask)
        {
            foreach (int value in _valuesOf[position])
                _values[count++] = value;
        }

        ReadOnlySpan<int> values = _values.AsSpan(0, count);
        Factorize(values);
        for (int own = 0; own < _whitened.Length; own++)
            Whiten(_statistics.Means[own], values, _whitened[own]);
        int pair = 0;
        for (int own = 1; own < _whitened.Length; own++)
        {
            for (int other = 0; other < own; other++)
            {
                double distance = TensorPrimitives.Distance<double>(_whitened[own].AsSpan(0, count), _whitened[other].AsSpan(0, count));
                leads[pair++] = TwiceNormalMinusOne(distance / 2);
            }
        }
    }

    private void Factorize(ReadOnlySpan<int> values)
    {
        int n = values.Length, all = _statistics.Values;
        for (int i = 0; i < n; i++)
        {
            Span<double> row = _factor.AsSpan(i * n, n);
            for (int j = 0; j <= i; j++)
            {
                double sum = _statistics.Covariance[values[i] * all + values[j]] + (i == j ? _ridge : 0);
                ReadOnlySpan<double> above = _factor.AsSpan(j * n, n);
                for (int t = 0; t < j; t++)
                    sum -= row[t] * above[t];
                row[j] = i == j ? Math.Sqrt(Math.Max(sum, double.Epsilon)) : sum / above[j];
            }
        }
    }

    private void Whiten(float[] mean, ReadOnlySpan<int> values, double[] whitened)
    {
        int n = values.Length;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = _factor.AsSpan(i * n, n);
            double sum = mean[values[i]];
            for (int t = 0; t < i; t++)
                sum -= row[t] * whitened[t];
            whitened[i] = sum / row[i];
        }
    }

    /// <summary>2Φ(x) − 1 within 0.0002, after Page (1977): Φ(x) ≈ 1/(1 + exp(−2y)), y = 0.7988x(1 + 0.04417x²).</summary>
    private static double TwiceNormalMinusOne(double x) => Math.Tanh(0.7988 * x * (1 + 0.04417 * x * x));
}
