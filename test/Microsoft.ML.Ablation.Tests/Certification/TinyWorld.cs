using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>
/// All inputs and all ablated inputs of a shape so small that both can be listed. A base classifier is then a table with one class
/// per ablated input, and any table is one.
/// </summary>
internal sealed class TinyWorld
{
    private readonly int[][] _ablations;

    public TinyWorld(int d, int k, int values, int classes)
    {
        (D, K, Values, Classes) = (d, k, values, classes);
        Inputs = (int)Math.Pow(values, d);
        var subsets = new List<int[]>();
        for (var enumerator = new SubsetEnumerator(d, k); enumerator.MoveNext();)
            subsets.Add(enumerator.Current.ToArray());
        Subsets = [.. subsets];

        int perSubset = (int)Math.Pow(values, k);
        AblatedInputs = Subsets.Length * perSubset;
        _ablations = new int[Inputs][];
        for (int x = 0; x < Inputs; x++)
        {
            _ablations[x] = new int[Subsets.Length];
            for (int s = 0; s < Subsets.Length; s++)
                _ablations[x][s] = s * perSubset + Subsets[s].Aggregate(0, (code, i) => code * values + Value(x, i));
        }
    }

    public int D { get; }

    public int K { get; }

    public int Values { get; }

    public int Classes { get; }

    /// <summary>The number of inputs; an input is a number in base <see cref="Values"/>.</summary>
    public int Inputs { get; }

    public int[][] Subsets { get; }

    public int AblatedInputs { get; }

    /// <summary>The place of an ablated input in a classifier's table.</summary>
    public int Ablation(int input, int subset) => _ablations[input][subset];

    public int Value(int input, int position)
    {
        for (; position > 0; position--)
            input /= Values;
        return input % Values;
    }

    public int Distance(int first, int second) => Enumerable.Range(0, D).Count(i => Value(first, i) != Value(second, i));

    /// <summary>The votes of all ablations of an input.</summary>
    public long[] Votes(byte[] classifier, int input)
    {
        var votes = new long[Classes];
        foreach (int ablation in _ablations[input])
            votes[classifier[ablation]]++;
        return votes;
    }

    /// <summary>A table that says the same class with some strength everywhere, another one on some inputs, and noise elsewhere.</summary>
    public byte[] RandomClassifier(Random random)
    {
        double strength = 0.5 + 0.5 * random.NextDouble(), regional = random.NextDouble() * 0.5;
        int favourite = random.Next(Classes), local = random.Next(Classes), region = random.Next(Inputs);
        var table = new byte[AblatedInputs];
        foreach (ref byte answer in table.AsSpan())
            answer = (byte)(random.NextDouble() < strength ? favourite : random.Next(Classes));
        for (int s = 0; s < Subsets.Length; s++)
        {
            if (random.NextDouble() < regional)
                table[Ablation(region, s)] = (byte)local;
        }

        return table;
    }
}
