using BenchmarkDotNet.Attributes;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Benchmarks;

/// <summary>A thousand rows of votes certified under each rule, with bounds that are remembered after the first time.</summary>
public class CertificationBenchmarks
{
    private const int Rows = 1_000;
    private readonly int[][] _selection = new int[Rows][];
    private readonly int[][] _estimation = new int[Rows][];
    private VoteCertifier _certifier = null!;

    [Params(CertificationRule.Majority, CertificationRule.Bonferroni, CertificationRule.Gap)]
    public CertificationRule Rule { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed(), new CertificationOptions { Rule = Rule });
        for (int i = 0; i < Rows; i++)
        {
            int first = 4_000 + 6 * i, second = (10_000 - first) / 2;
            _selection[i] = [1_000, 0, 0];
            _estimation[i] = [first, second, 10_000 - first - second];
        }
    }

    [Benchmark]
    public int Certify()
    {
        int sum = 0;
        for (int i = 0; i < Rows; i++)
            sum += _certifier.Certify(_selection[i], _estimation[i]).Radius;
        return sum;
    }
}
