using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>Rows whose true probabilities are known, and votes drawn from them.</summary>
internal sealed class Simulation(double[] probabilities, ulong seed)
{
    private readonly ulong[] _thresholds = Thresholds(probabilities);
    private readonly Dictionary<(int, CertificationOptions), int> _trueRadii = [];
    private ulong _state = seed;

    public double[] Probabilities => probabilities;

    /// <summary>Adds independent votes to cumulative counts.</summary>
    public void Draw(int[] votes, int count)
    {
        for (; count > 0; count--)
        {
            ulong u = Next();
            int i = 0;
            while (u >= _thresholds[i])
                i++;
            votes[i]++;
        }
    }

    public int[] Draw(int count)
    {
        var votes = new int[probabilities.Length];
        Draw(votes, count);
        return votes;
    }

    /// <summary>What a rule could certify for a class if it knew the probabilities.</summary>
    public int TrueRadius(int d, int k, int fixedClass, CertificationOptions options)
    {
        if (_trueRadii.TryGetValue((fixedClass, options), out int radius))
            return radius;
        double[] others = [.. probabilities.Where((_, i) => i != fixedClass)];
        radius = options.Rule switch
        {
            CertificationRule.Majority => MajorityCertificate.Radius(d, k, probabilities[fixedClass]),
            CertificationRule.Top => TopCertificate.Radius(d, k, options.TopCount, probabilities[fixedClass], others),
            _ => GapCertificate.Radius(d, k, probabilities[fixedClass], others.Max()),
        };
        _trueRadii.Add((fixedClass, options), radius);
        return radius;
    }

    private static ulong[] Thresholds(double[] probabilities)
    {
        var thresholds = new ulong[probabilities.Length];
        double sum = 0;
        for (int i = 0; i < thresholds.Length; i++)
        {
            sum += probabilities[i];
            thresholds[i] = (ulong)(Math.Min(sum, 0.9999999999999999) * Math.Pow(2, 64));
        }

        thresholds[^1] = ulong.MaxValue;
        return thresholds;
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
