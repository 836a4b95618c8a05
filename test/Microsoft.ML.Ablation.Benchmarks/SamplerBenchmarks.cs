using BenchmarkDotNet.Attributes;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Benchmarks;

/// <summary>Drawing one ablation: MNIST, CIFAR-10 and ImageNet as the paper has them, and most positions of an image.</summary>
public class SamplerBenchmarks
{
    private readonly AblationKey _key = AblationKey.Compute(1, [0]);
    private SubsetSampler _sampler = new(1, 1);
    private uint _index;

    [Params("784/45", "1024/75", "50176/1000", "784/700")]
    public string Shape { get; set; } = "1/1";

    [GlobalSetup]
    public void Setup()
    {
        int[] shape = [.. Shape.Split('/').Select(int.Parse)];
        _sampler = new SubsetSampler(shape[0], shape[1]);
    }

    [Benchmark]
    public int Draw() => _sampler.Sample(_key, AblationStage.Estimation, _index++)[0];
}
