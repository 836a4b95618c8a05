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
    private const int StepsAtOnce = 2, TrainerSteps = 4, RowsRead = 64;
    private const int Colours = 3;

    // A forward pass has a multiplication and an addition for each weight at each place, and the gradients of images and of weights have as many each.
    private const int PassesOfStep = 3;

    private static readonly Subject[] s_subjects =
    [
        new(ImageNetwork.CompactResidual, ResidualLayers.Compact, Side: 32, Classes: 10, RetainedCount: 75, BatchSize: 128),
        new(ImageNetwork.SparseResidual, ResidualLayers.Sparse, Side: 32, Classes: 10, RetainedCount: 75, BatchSize: 128),
        new(ImageNetwork.ResNet18, ResidualLayers.ResNet18, Side: 32, Classes: 10, RetainedCount: 75, BatchSize: 128),
        new(ImageNetwork.ResNet50, ResidualLayers.ResNet50, Side: 224, Classes: 1_000, RetainedCount: 1_000, BatchSize: 16),
    ];

    public TrainingBenchResult Run()
    {
        TorchRuntime.EnsureLoaded();
        ScalarType format = CpuFeatures.SupportsBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        List<double> peaks = [];
        List<double>[] steps = Lists(), trainer = Lists(), rows = Lists();
        for (int turn = 0; turn < turns; turn++)
        {
            say(FormattableString.Invariant($"turn {turn + 1} of {turns}"));
            peaks.Add(MatrixProduct(format));
            for (int i = 0; i < s_subjects.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                steps[i].Add(BareSteps(s_subjects[i]));
                trainer[i].Add(Trainer(s_subjects[i]));
                rows[i].Add(Rows(s_subjects[i]));
            }
        }
        return new TrainingBenchResult
        {
            Processor = CpuFeatures.Description,
            Threads = get_num_threads(),
            Format = format.ToString(),
            PeakTeraflops = EngineBench.Median(peaks) / 1e12,
            Networks = [.. s_subjects.Select((subject, i) => new TrainingRate(subject.Network.ToString(), PassesOfStep * 2e-9 * subject.MultiplyAdds,
                EngineBench.Median(steps[i]), EngineBench.Median(trainer[i]), EngineBench.Median(rows[i])))],
        };

        static List<double>[] Lists() => [.. s_subjects.Select(_ => new List<double>())];
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
    private static double BareSteps(Subject subject)
    {
        FunctionalArchitecture architecture = NetworkArchitecture.Of(subject.Network);
        using FunctionalNetwork network = architecture.Create(subject.Shape, architecture.FirstWeights(subject.Shape, seed: 1), CPU, trainable: true);
        using var update = new AdamUpdate(network.Trained, weightDecay: 0);
        using var scope = NewDisposeScope();
        (int batch, int side) = (subject.BatchSize, subject.Side);
        Tensor shown = rand(batch, 1, side, side).lt((double)subject.RetainedCount / (side * side)).to(ScalarType.Float32);
        Tensor values = rand(batch, Colours, side, side), images = cat([values * shown, (1 - values) * shown], 1), classes = randint(subject.Classes, [batch], dtype: ScalarType.Int64);
        Step();
        var watch = Stopwatch.StartNew();
        for (int step = 0; step < StepsAtOnce; step++)
            Step();
        return StepsAtOnce * batch / watch.Elapsed.TotalSeconds;

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
    private double Trainer(Subject subject)
    {
        var ml = new MLContext(seed: 1);
        IDataView images = subject.Pictures(ml, (TrainerSteps + 1) * subject.BatchSize);
        var clock = new StepClock();
        var trainer = ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
        {
            Network = subject.Network,
            Epochs = 1,
            BatchSize = subject.BatchSize,
            MixedPrecision = CpuFeatures.SupportsBFloat16,
            ValidationFraction = 0,
            Precision = ScoringPrecision.Float32,
            Seed = 1,
            Progress = clock,
            CancellationToken = cancellation,
        });
        using var model = (IDisposable)subject.Ablation(ml).Append(trainer).Fit(images);
        return clock.StepsPerSecond * subject.BatchSize;
    }

    /// <summary>Images per second that the trainer's thread prepares: what a fast device would wait for. Reading and decoding of files is not in it.</summary>
    private static double Rows(Subject subject)
    {
        var ml = new MLContext(seed: 1);
        IDataView images = subject.Pictures(ml, RowsRead), ablated = subject.Ablation(ml).Fit(images).Transform(images);
        DataViewSchema.Column features = ablated.Schema["Features"];
        using var rows = new TrainingRows(ablated, ablated.Schema["Label"], features, ImageColumn.Read(features), new AblationRandom(1));
        var batch = new ImageBatch(subject.Shape, 1);
        // The first row is slower.
        rows.MoveNext();
        rows.Read(batch);
        var watch = Stopwatch.StartNew();
        while (rows.MoveNext())
            rows.Read(batch);
        return (RowsRead - 1) / watch.Elapsed.TotalSeconds;
    }

    /// <summary>What is trained.</summary>
    private sealed record Subject(ImageNetwork Network, Func<NetworkShape, ResidualLayers> Layers, int Side, int Classes, int RetainedCount, int BatchSize)
    {
        /// <summary>The shape of an encoded image.</summary>
        public NetworkShape Shape { get; } = new(2 * Colours, Side, Side, Classes);

        public long MultiplyAdds => Layers(Shape).MultiplyAdds(Shape);

        /// <summary>Images of noise, in memory.</summary>
        public IDataView Pictures(MLContext ml, int count)
        {
            var random = new Random(1);
            var schema = SchemaDefinition.Create(typeof(Picture));
            schema[nameof(Picture.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Colours, Side, Side);
            return ml.Data.Cache(ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new Picture
            {
                Features = [.. Enumerable.Range(0, Colours * Side * Side).Select(_ => random.NextSingle())],
                Label = random.Next(Classes),
            }), schema));
        }

        public IEstimator<ITransformer> Ablation(MLContext ml) => ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.RandomCropFlip(4, flip: true))
            .Append(ml.Transforms.RandomAblation(k: RetainedCount));
    }

    private sealed class Picture
    {
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
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
