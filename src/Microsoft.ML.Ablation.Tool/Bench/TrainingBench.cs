using System.Diagnostics;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// Measures what share of the processor's arithmetic a training of residual networks reaches: bare steps on images in memory, and the trainer with all that is around them, against
/// the product of large matrices in the same number format. Everything is measured in turns; a figure is the median of its turns.
/// </summary>
internal sealed class TrainingBench(int turns, Action<string> say, CancellationToken cancellation)
{
    private const int BatchSize = 128, StepsAtOnce = 2, TrainerSteps = 4;
    private const int Side = 32, Colours = 3, Classes = 10, RetainedCount = 75;

    // A forward pass has a multiplication and an addition for each weight at each place, and the gradients of images and of weights have as many each.
    private const int PassesOfStep = 3;

    private static readonly NetworkShape s_shape = new(2 * Colours, Side, Side, Classes);
    private static readonly (ImageNetwork Network, Func<NetworkShape, ResidualLayers> Layers)[] s_networks =
        [(ImageNetwork.CompactResidual, ResidualLayers.Compact), (ImageNetwork.SparseResidual, ResidualLayers.Sparse), (ImageNetwork.ResNet18, ResidualLayers.ResNet18)];

    public TrainingBenchResult Run()
    {
        TorchRuntime.EnsureLoaded();
        ScalarType format = CpuFeatures.SupportsBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        List<double> peaks = [];
        List<double>[] steps = [.. s_networks.Select(_ => new List<double>())], trainer = [.. s_networks.Select(_ => new List<double>())];
        for (int turn = 0; turn < turns; turn++)
        {
            say(FormattableString.Invariant($"turn {turn + 1} of {turns}"));
            peaks.Add(MatrixProduct(format));
            for (int i = 0; i < s_networks.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                steps[i].Add(BareSteps(s_networks[i].Network));
                trainer[i].Add(Trainer(s_networks[i].Network));
            }
        }
        return new TrainingBenchResult
        {
            Processor = CpuFeatures.Description,
            Threads = get_num_threads(),
            Format = format.ToString(),
            PeakTeraflops = EngineBench.Median(peaks) / 1e12,
            Networks = [.. s_networks.Select((network, i) => new TrainingRate(network.Network.ToString(), PassesOfStep * 2e-9 * network.Layers(s_shape).MultiplyAdds(s_shape),
                EngineBench.Median(steps[i]), EngineBench.Median(trainer[i])))],
        };
    }

    /// <summary>Operations per second of a product of large matrices; the best of three, because the first is slower.</summary>
    private static double MatrixProduct(ScalarType format)
    {
        const long size = 3_072;
        using var scope = NewDisposeScope();
        using IDisposable gradient = no_grad();
        Tensor a = rand(size, size).to(format), b = rand(size, size).to(format);
        return Enumerable.Range(0, 3).Max(_ =>
        {
            using var product = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            mm(a, b);
            return 2.0 * size * size * size / watch.Elapsed.TotalSeconds;
        });
    }

    /// <summary>Images per second of steps on the same images: forward, backward, Adam.</summary>
    private static double BareSteps(ImageNetwork kind)
    {
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
        using FunctionalNetwork network = architecture.Create(s_shape, architecture.FirstWeights(s_shape, seed: 1), CPU, trainable: true);
        using var update = new AdamUpdate(network.Trained, weightDecay: 0);
        using var scope = NewDisposeScope();
        Tensor shown = rand(BatchSize, 1, Side, Side).lt((double)RetainedCount / (Side * Side)).to(ScalarType.Float32);
        Tensor values = rand(BatchSize, Colours, Side, Side), images = cat([values * shown, (1 - values) * shown], 1), classes = randint(Classes, [BatchSize], dtype: ScalarType.Int64);
        Step();
        var watch = Stopwatch.StartNew();
        for (int step = 0; step < StepsAtOnce; step++)
            Step();
        return StepsAtOnce * BatchSize / watch.Elapsed.TotalSeconds;

        void Step()
        {
            using var ofStep = NewDisposeScope();
            foreach (Tensor parameter in network.Trained)
                parameter.grad = null;
            cross_entropy(CpuFeatures.SupportsBFloat16 ? network.ForwardInMixedPrecision(images) : network.Forward(images, training: true), classes).backward();
            update.Step(1e-3);
        }
    }

    /// <summary>Images per second of the trainer, with fresh crops, mirror images and ablations.</summary>
    private double Trainer(ImageNetwork kind)
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        IDataView images = ml.Data.Cache(ml.Data.LoadFromEnumerable(Enumerable.Range(0, (TrainerSteps + 1) * BatchSize).Select(_ => Picture.Random(random))));
        var clock = new StepClock();
        var trainer = ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
        {
            Network = kind,
            Epochs = 1,
            BatchSize = BatchSize,
            MixedPrecision = CpuFeatures.SupportsBFloat16,
            ValidationFraction = 0,
            Precision = ScoringPrecision.Float32,
            Seed = 1,
            Progress = clock,
            CancellationToken = cancellation,
        });
        using var model = (IDisposable)ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.RandomCropFlip(4, flip: true))
            .Append(ml.Transforms.RandomAblation(k: RetainedCount)).Append(trainer).Fit(images);
        return clock.StepsPerSecond * BatchSize;
    }

    private sealed class Picture
    {
        [VectorType(Colours, Side, Side)]
        public float[] Features { get; set; } = [];

        public int Label { get; set; }

        public static Picture Random(Random random)
            => new() { Features = [.. Enumerable.Range(0, Colours * Side * Side).Select(_ => random.NextSingle())], Label = random.Next(Classes) };
    }

    /// <summary>Measures from the end of the first step, which is slower.</summary>
    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private TimeSpan? _first;
        private TimeSpan _last;
        private int _steps;

        public double StepsPerSecond => _steps / (_last - _first!.Value).TotalSeconds;

        void IProgress<TrainingProgress>.Report(TrainingProgress value)
        {
            if (_first is null)
            {
                _first = value.Elapsed;
            }
            else if (value.Batch > _steps)
            {
                // After the last step a report of the epoch follows, with the same number.
                (_last, _steps) = (value.Elapsed, (int)value.Batch - 1);
            }
        }
    }
}
