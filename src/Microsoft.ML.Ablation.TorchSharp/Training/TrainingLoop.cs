using System.Diagnostics;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Trains a network on a training set, epoch by epoch.</summary>
internal sealed class TrainingLoop
{
    private readonly IHost _host;
    private readonly IChannel _channel;
    private readonly AblatedImageClassificationTrainer.Options _options;
    private readonly TrainingSet _set;
    private readonly RowCounts _counts;
    private readonly AblationNetwork _network;
    private readonly IUpdateRule _update;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly long _batches;
    private long _step;
    private EpochTally? _validation;

    private TrainingLoop(IHost host, IChannel channel, AblatedImageClassificationTrainer.Options options, TrainingSet set,
        RowCounts counts, AblationNetwork network, IUpdateRule update)
    {
        (_host, _channel, _options, _set, _counts, _network, _update) = (host, channel, options, set, counts, network, update);
        _batches = set.BatchesOf(counts);
    }

    /// <summary>Trains a new network.</summary>
    /// <returns>Its best weights, one array per parameter.</returns>
    /// <exception cref="OperationCanceledException">The options' token, or the context, was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number, or masks cannot be shared.</exception>
    public static float[][] Run(IHost host, IChannel channel, AblatedImageClassificationTrainer.Options options, TrainingSet set,
        RowCounts counts, NetworkArchitecture architecture, NetworkShape shape, TrainingSeed seed, Device device)
    {
        float[][] weights = WeightInitializer.Uniform(architecture.ParametersOf(shape), seed.Weights);
        using var network = AblationNetwork.Create(architecture, shape, weights, device, trainable: true);
        using IUpdateRule update = options.Recipe == TrainingRecipe.AdamOneCycle
            ? new AdamUpdate(network.Trained, options.WeightDecay)
            : new SgdUpdate(network.Trained, options.WeightDecay);
        return new TrainingLoop(host, channel, options, set, counts, network, update).Run();
    }

    private float[][] Run()
    {
        var best = new BestWeights();
        using IProgressChannel progress = _host.StartProgressChannel("Training");
        int done = 0;
        progress.SetHeader(new ProgressHeader(["loss", "base accuracy", "validation base accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, done, _options.Epochs));
        for (int epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            EpochTally tally = TrainEpoch(epoch);
            if (_counts.HeldOut > 0)
            {
                _validation = Validate();
                best.Offer(_network, epoch, _validation.Accuracy, _validation.Loss);
            }
            done = epoch;
            progress.Checkpoint(tally.Loss, tally.Accuracy, _validation?.Accuracy, epoch);
            Report(epoch, _batches, tally);
            _channel.Info(FormattableString.Invariant($"Epoch {epoch} of {_options.Epochs}: loss {tally.Loss:0.0000}, base accuracy ")
                + FormattableString.Invariant($"{tally.Accuracy:P2}{ValidationText()}, {_watch.Elapsed.TotalSeconds:0.0} s."));
        }
        if (best.Weights is null)
            return _network.ReadWeights();
        _channel.Info($"Kept the weights of epoch {best.Epoch}.");
        return best.Weights;
    }

    private EpochTally TrainEpoch(int epoch)
    {
        var tally = new EpochTally();
        long batchOfEpoch = 0;
        foreach (ImageBatch batch in _set.Epoch(epoch))
        {
            if (epoch == 1 && batchOfEpoch == 0)
                CheckFresh();
            CheckCancelled();
            Train(batch, tally, epoch, ++batchOfEpoch);
            if (batchOfEpoch < _batches)
                Report(epoch, batchOfEpoch, tally);
        }
        return tally;
    }

    private void Train(ImageBatch batch, EpochTally tally, int epoch, long batchOfEpoch)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor parameter in _network.Trained)
            parameter.grad = null;
        Tensor classes = batch.ClassesOn(_network.Device);
        Tensor scores = _network.Forward(batch.ImagesOn(_network.Device), training: true);
        Tensor loss = cross_entropy(scores, classes);
        double value = loss.item<float>();
        double rate = LearningRate();
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The loss became {value} in epoch {epoch}, batch ")
                + FormattableString.Invariant($"{batchOfEpoch}, at learning rate {rate:g3}. Lower LearningRate (now {_options.HighestLearningRate:g3})."));
        }
        loss.backward();
        _update.Step(rate);
        _step++;
        tally.Add(batch.Count, value, CountRight(scores, classes));
    }

    private EpochTally Validate()
    {
        var tally = new EpochTally();
        using IDisposable _ = no_grad();
        foreach (ImageBatch batch in _set.HeldOut())
        {
            CheckCancelled();
            using var scope = NewDisposeScope();
            Tensor classes = batch.ClassesOn(_network.Device);
            Tensor scores = _network.Forward(batch.ImagesOn(_network.Device));
            tally.Add(batch.Count, cross_entropy(scores, classes).item<float>(), CountRight(scores, classes));
        }
        return tally;
    }

    private static long CountRight(Tensor scores, Tensor classes) => scores.argmax(1).eq(classes).sum().item<long>();

    private double LearningRate() =>
        LearningRateSchedule.At(_options.Recipe, _options.HighestLearningRate, _step, _batches * _options.Epochs);

    private void CheckFresh()
    {
        if (_set.IsAblatedAfresh)
            return;
        const string cause = "nothing before the trainer draws fresh ablations for each epoch. Either there is no RandomAblation, or its output is "
            + "cached: put AppendCacheCheckpoint before RandomAblation, not behind it.";
        if (_options.MaskSharing == MaskSharing.PerBatch)
            throw new InvalidOperationException($"MaskSharing is PerBatch, but {cause}");
        _channel.Warning($"Every row keeps one ablation over all epochs, which trains badly: {cause}");
    }

    private void CheckCancelled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }

    private void Report(int epoch, long batch, EpochTally tally)
    {
        if (_options.Progress is not { } progress)
            return;
        double share = (epoch - 1 + (double)batch / _batches) / _options.Epochs;
        progress.Report(new TrainingProgress
        {
            Epoch = epoch,
            Epochs = _options.Epochs,
            Batch = batch,
            Batches = _batches,
            Loss = tally.Loss,
            BaseAccuracy = tally.Accuracy,
            LearningRate = LearningRate(),
            ValidationLoss = _validation?.Loss,
            ValidationAccuracy = _validation?.Accuracy,
            Elapsed = _watch.Elapsed,
            TimeLeft = _watch.Elapsed * Math.Max(0, 1 / share - 1),
        });
    }

    private string ValidationText() => _validation is null
        ? ""
        : FormattableString.Invariant($", on rows held out {_validation.Accuracy:P2} (loss {_validation.Loss:0.0000})");
}
