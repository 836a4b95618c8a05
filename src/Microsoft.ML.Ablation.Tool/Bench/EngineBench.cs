using System.Diagnostics;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// Measures the vote engine against the bare forward pass and against the paper's loop. Everything is measured in turns, several
/// times over, so that other load on the machine affects all alike; a figure is the median of its turns.
/// </summary>
internal sealed class EngineBench(ScalarType precision, Device device, int turns, int paperImages, Action<string> say, CancellationToken cancellation)
{
    private const int Selection = 1_000, Estimation = 10_000;
    private static readonly int[] s_batchSizes = [50, 125, 250, 500];

    private bool OnCpu => device.type == global::TorchSharp.DeviceType.CPU;

    public BenchResult Run()
    {
        double sampler = IndicesPerSecond(784, 45);
        MnistBench mnist = MeasureMnist();
        ImageNetBench imageNet = MeasureImageNet();
        return new BenchResult
        {
            Device = device.ToString(),
            Precision = precision.ToString(),
            ComputedIn = ScoringArithmetic.For(precision, device).Computed.ToString(),
            Processor = CpuFeatures.Description,
            SupportsBFloat16 = CpuFeatures.SupportsBFloat16,
            Cores = Environment.ProcessorCount,
            IndicesPerSecond = sampler,
            Mnist = mnist,
            ImageNet = imageNet,
            PeakMegabytes = PeakMegabytes(),
        };
    }

    private MnistBench MeasureMnist()
    {
        say("MNIST: the paper's network, k = 45 of 784, 1,000 + 10,000 votes an image");
        using BenchSubject subject = BenchSubject.Mnist(precision, device);
        using IVoteSource engine = subject.MakeVoter().CreateSource(memoryLimit: null);
        VoteComparison comparison = Compare(subject, engine, votes: 1_000);
        Votes(subject, engine, images: 10);
        double early = PeakMegabytes();
        Votes(subject, engine, images: 10);
        double engineMegabytes = PeakMegabytes();

        using AblationNetwork trained = BenchSubject.MakeMnistNetwork(CPU);
        using var paper = new PaperLoop(trained, subject.RetainedPixels);
        paper.VoteShares([subject.NextImage()], Selection);
        var engineRates = new List<double>();
        var paperRates = new List<double>();
        var bareRates = s_batchSizes.ToDictionary(size => size, _ => new List<double>());
        for (int turn = 0; turn < turns; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            say($"  turn {turn + 1} of {turns}");
            foreach (int size in s_batchSizes)
                bareRates[size].Add(ForwardLoop.Measure(subject, size, passes: 6_000 / size));
            engineRates.Add(Votes(subject, engine, images: 1));
            paperRates.Add(PaperVotes(paper, [.. Enumerable.Range(0, paperImages).Select(_ => subject.NextImage())]));
        }
        return new MnistBench
        {
            BareVotesPerSecond = bareRates.ToDictionary(rates => rates.Key, rates => Median(rates.Value)),
            EngineVotesPerSecond = Median(engineRates),
            PaperVotesPerSecond = Median(paperRates),
            PaperImages = paperImages,
            Comparison = comparison,
            PeakMegabytes = engineMegabytes,
            PeakGrowthMegabytes = engineMegabytes - early,
        };
    }

    private ImageNetBench MeasureImageNet()
    {
        say("ImageNet: ResNet-50, k = 1,000 of 50,176");
        using BenchSubject subject = BenchSubject.ImageNet(precision, device);
        using IVoteSource engine = subject.MakeVoter().CreateSource(memoryLimit: null);
        int batchSize = BatchSizeOf(subject);
        VoteComparison comparison = Compare(subject, engine, votes: batchSize);
        int passes = 2, streams = OnCpu ? Environment.ProcessorCount : 1;
        var engineRates = new List<double>();
        var bareRates = new List<double>();
        for (int turn = 0; turn < turns; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            say($"  turn {turn + 1} of {turns}");
            bareRates.Add(ForwardLoop.Measure(subject, batchSize, passes));
            engineRates.Add(Rate(subject, engine, [new(AblationStage.Estimation, 0, batchSize * passes * streams)]));
        }
        return new ImageNetBench
        {
            BatchSize = batchSize,
            BareVotesPerSecond = Median(bareRates),
            EngineVotesPerSecond = Median(engineRates),
            Comparison = comparison,
        };
    }

    private static double Votes(BenchSubject subject, IVoteSource engine, int images)
    {
        double seconds = 0;
        for (int i = 0; i < images; i++)
            seconds += (Selection + Estimation) / Rate(subject, engine, [new(AblationStage.Selection, 0, Selection), new(AblationStage.Estimation, 0, Estimation)]);
        return images * (Selection + Estimation) / seconds;
    }

    private static double Rate(BenchSubject subject, IVoteSource engine, SampleRange[] ranges)
    {
        float[] image = subject.NextImage();
        AblationKey key = BenchSubject.KeyOf(image);
        var watch = Stopwatch.StartNew();
        engine.CountVotes(image, key, ranges);
        return ranges.Sum(range => range.Count) / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Votes per second of the paper's loop.</summary>
    public static double PaperVotes(PaperLoop paper, float[][] images)
    {
        var watch = Stopwatch.StartNew();
        paper.VoteShares(images, Selection);
        paper.VoteShares(images, Estimation);
        return images.Length * (Selection + Estimation) / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The engine's batch, where memory allows it.</summary>
    private int BatchSizeOf(BenchSubject subject) => BatchShape.Sizes(subject.Network.WorkingValues, OnCpu).First();

    /// <summary>Counts the same votes by the engine and by the definition.</summary>
    private VoteComparison Compare(BenchSubject subject, IVoteSource engine, int votes)
    {
        float[] image = subject.NextImage();
        var range = new SampleRange(AblationStage.Estimation, 0, votes);
        int[] found = engine.CountVotes(image, BenchSubject.KeyOf(image), [range])[0];
        int[] expected = PlainVotes.Count(subject, image, range, BatchSizeOf(subject));
        return new VoteComparison
        {
            Votes = votes,
            Classes = expected.Count(count => count > 0),
            Differing = votes - found.Zip(expected, Math.Min).Sum(),
        };
    }

    private double IndicesPerSecond(int d, int k)
    {
        const int samples = 200_000;
        var sampler = new SubsetSampler(d, k);
        AblationKey key = AblationKey.Compute(1, [0]);
        var rates = new List<double>();
        for (int turn = 0; turn < turns; turn++)
        {
            var watch = Stopwatch.StartNew();
            for (uint i = 0; i < samples; i++)
                sampler.Sample(key, AblationStage.Estimation, i);
            rates.Add((double)samples * k / watch.Elapsed.TotalSeconds);
        }
        return Median(rates);
    }

    private static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (double)(1 << 20);
    }

    internal static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
