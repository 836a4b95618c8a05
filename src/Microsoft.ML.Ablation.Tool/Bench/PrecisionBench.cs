using System.Diagnostics;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// Measures the number formats of a processor against one another, and for MNIST against the paper's loop: the same votes of the same networks. Everything is measured in turns, several
/// times over, so that other load on the machine affects all alike; a figure is the median of its turns.
/// </summary>
internal sealed class PrecisionBench(int turns, int paperImages, Action<string> say, CancellationToken cancellation)
{
    private const int RangeRows = 40;

    public PrecisionBenchResult Run()
    {
        TorchRuntime.EnsureLoaded();
        return new PrecisionBenchResult { Processor = CpuFeatures.Description, Cores = Environment.ProcessorCount, Networks = [.. MeasureAll()] };
    }

    private NetworkRates[] MeasureAll() =>
    [
        Measure("MNIST, the paper's network", ImageNetwork.Convolutional, new ImageShape(1, 28, 28), classes: 10, k: 45, votes: 11_000, factor: 4),
        Measure("MNIST, fully connected", ImageNetwork.FullyConnected, new ImageShape(1, 28, 28), classes: 10, k: 45, votes: 11_000, factor: 4),
        Measure("CIFAR-10, compact residual", ImageNetwork.CompactResidual, new ImageShape(3, 32, 32), classes: 10, k: 75, votes: 1_000, factor: 1),
        Measure("ImageNet, ResNet-50", ImageNetwork.ResNet50, new ImageShape(3, 224, 224), classes: 1_000, k: 1_000, votes: 80, factor: 1),
    ];

    private NetworkRates Measure(string name, ImageNetwork network, ImageShape image, int classes, int k, int votes, float factor)
    {
        say($"{name}, k = {k:N0} of {image.Positions:N0}");
        using BenchSubject subject = BenchSubject.Of(network, image, classes, k, factor);
        using AblationNetwork trained = BenchSubject.Make(network, image, classes, factor, CPU);
        ScoringPrecision[] precisions = [ScoringPrecision.Float32, ScoringPrecision.BFloat16, ScoringPrecision.Int8];
        IVoteSource[] engines = [.. precisions.Select(precision => subject.MakeSource(trained, precision, RangeRows))];
        PaperLoop? paper = network == ImageNetwork.Convolutional ? new PaperLoop(trained, k) : null;
        try
        {
            // The first votes are slower.
            foreach (IVoteSource engine in engines)
                Rate(subject, engine, engine.SamplesAtOnce);
            List<double>[] rates = [.. precisions.Select(_ => new List<double>())];
            var paperRates = new List<double>();
            for (int turn = 0; turn < turns; turn++)
            {
                for (int i = 0; i < engines.Length; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    rates[i].Add(Rate(subject, engines[i], votes));
                }
                if (paper is not null)
                    paperRates.Add(EngineBench.PaperVotes(paper, [.. Enumerable.Range(0, paperImages).Select(_ => subject.NextImage())]));
            }
            var medians = precisions.Zip(rates).ToDictionary(pair => pair.First.ToString(), pair => EngineBench.Median(pair.Second));
            return new NetworkRates(name, medians, paper is null ? null : EngineBench.Median(paperRates));
        }
        finally
        {
            paper?.Dispose();
            foreach (IVoteSource engine in engines)
                engine.Dispose();
        }
    }

    private static double Rate(BenchSubject subject, IVoteSource engine, int votes)
    {
        float[] image = subject.NextImage();
        var watch = Stopwatch.StartNew();
        engine.CountVotes(image, BenchSubject.KeyOf(image), [new SampleRange(AblationStage.Estimation, 0, votes)]);
        return votes / watch.Elapsed.TotalSeconds;
    }
}
