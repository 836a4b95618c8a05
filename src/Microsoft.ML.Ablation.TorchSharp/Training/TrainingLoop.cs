using System.Diagnostics;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Trains a network on a training set, epoch by epoch.</summary>
internal sealed class TrainingLoop
{
    private const string NothingIsFresh = "nothing before the trainer draws fresh ablations for each epoch. Either there is no RandomAblation, or "
        + "its output is cached: put AppendCacheCheckpoint before RandomAblation, not behind it.";

    private readonly IHost _host;
    private readonly IChannel _channel;
    private readonly AblatedImageClassificationTrainer.Options _options;
    private readonly TrainingSet _set;
    private readonly RowCounts _counts;
    private readonly AblationNetwork _network;
    private readonly IUpdateRule _update;
    private readonly WeightAverage? _average;
    private readonly CheckpointFile? _checkpoints;
    private readonly ReconstructionTask? _reconstruction;
    private readonly bool _isMixed;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly long _batches;
    private readonly int _epochsBefore;
    private readonly List<EpochRecord> _history = [];
    private readonly BestWeights _best = new();
    private long _step;
    private double _learningRate;
    private float[][]? _lastEpoch;

    private TrainingLoop(IHost host, IChannel channel, AblatedImageClassificationTrainer.Options options, TrainingSet set,
        RowCounts counts, AblationNetwork network, IUpdateRule update, WeightAverage? average, CheckpointFile? checkpoints,
        ReconstructionTask? reconstruction, TrainingCheckpoint? start)
    {
        (_host, _channel, _options, _set, _counts, _network, _update) = (host, channel, options, set, counts, network, update);
        (_average, _checkpoints, _reconstruction) = (average, checkpoints, reconstruction);
        _batches = set.BatchesOf(counts);
        _isMixed = options.MixedPrecision && ScoringPrecisions.Computes(network.Device, ScalarType.BFloat16);
        if (options.MixedPrecision && !_isMixed)
            channel.Warning("MixedPrecision is set, but this processor has no instructions for bfloat16, which would make it slower; training in float32.");
        if (start is null)
            return;
        _history.AddRange(start.History);
        _epochsBefore = _history.Count;
        _step = start.Step;
        _best = start.Best;
        update.Restore(start.UpdateState, start.Step);
        _lastEpoch = start.Averages ?? start.Weights;
        channel.Info($"Going on after epoch {_epochsBefore} of {options.Epochs}, from the checkpoint '{options.CheckpointPath}'.");
    }

    /// <summary>Trains a new network, or the one of the options' checkpoint further.</summary>
    /// <returns>Its best weights, one array per parameter.</returns>
    /// <exception cref="OperationCanceledException">
    /// The options' token, or the context, was cancelled, and the best weights are not wanted or there are none.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The loss is no longer a number, masks cannot be shared, or the checkpoint belongs to another training.
    /// </exception>
    /// <exception cref="IOException">The checkpoint cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public static float[][] Run(IHost host, IChannel channel, AblatedImageClassificationTrainer.Options options, TrainingSet set,
        RowCounts counts, NetworkArchitecture architecture, NetworkShape shape, TrainingSeed seed, Device device)
    {
        CheckpointFile? checkpoints = options.CheckpointPath is { } path
            ? new CheckpointFile(path, TrainingFingerprint.Of(options, architecture, shape, seed, counts, set))
            : null;
        TrainingCheckpoint? start = checkpoints?.Read();
        ReconstructionTask? reconstruction = options.Reconstruction > 0 ? MakeReconstruction(options, set, architecture, shape) : null;
        shape = reconstruction?.TrainedShape ?? shape;
        float[][] weights = start?.Weights ?? architecture.FirstWeights(shape, seed.Weights);
        using AblationNetwork network = architecture.Create(shape, weights, device, trainable: true);
        using IUpdateRule update = options.Optimizer == TrainingOptimizer.Adam
            ? new AdamUpdate(network.Trained, options.WeightDecay)
            : new SgdUpdate(network.Trained, options.WeightDecay);
        using WeightAverage? average = options.WeightAveraging > 0
            ? new WeightAverage(architecture, shape, start?.Averages ?? weights, device, options.WeightAveraging)
            : null;
        float[][] result = new TrainingLoop(host, channel, options, set, counts, network, update, average, checkpoints, reconstruction, start).Run();
        return reconstruction?.WithoutIt(result) ?? result;
    }

    private static ReconstructionTask MakeReconstruction(AblatedImageClassificationTrainer.Options options, TrainingSet set,
        NetworkArchitecture architecture, NetworkShape shape)
    {
        int channels = set.DescribeAblation().ValueChannels;
        if (channels == 0)
            throw new InvalidOperationException(FormattableString.Invariant($"Reconstruction is {options.Reconstruction}, but {NothingIsFresh}"));
        var task = new ReconstructionTask(options.Reconstruction, shape, channels);
        return architecture.Problem(task.TrainedShape) is { } problem
            ? throw new InvalidOperationException(FormattableString.Invariant($"Reconstruction is {options.Reconstruction}, but {problem}."))
            : task;
    }

    /// <summary>What is validated and returned.</summary>
    private AblationNetwork Result => _average?.Network ?? _network;

    /// <summary>Whether the best weights are too old to go on.</summary>
    private bool IsOutOfPatience => _best.Epoch > 0 && _history.Count - _best.Epoch >= _options.Patience;

    private float[][] Run()
    {
        using IProgressChannel progress = _host.StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["loss", "base accuracy", "validation base accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, _history.Count, _options.Epochs));
        // Also when nothing is left to train, or the last run was stopped between its checkpoint and its history.
        WriteHistory();
        try
        {
            for (int epoch = _epochsBefore + 1; epoch <= _options.Epochs && !IsOutOfPatience; epoch++)
                RunEpoch(epoch, progress);
        }
        catch (OperationCanceledException) when (_options.ReturnBestOnCancel && _options.CancellationToken.IsCancellationRequested
            && _history.Count > 0)
        {
            _channel.Info($"Training was cancelled after {_history.Count} whole epochs.");
            return _best.Weights ?? _lastEpoch!;
        }
        if (IsOutOfPatience)
            _channel.Info($"Training ended after epoch {_history.Count}: the last {_options.Patience} epochs were no better on the rows held out.");
        if (_best.Weights is null)
            return Result.ReadWeights();
        _channel.Info($"Kept the weights of epoch {_best.Epoch}.");
        return _best.Weights;
    }

    private void RunEpoch(int epoch, IProgressChannel progress)
    {
        TimeSpan begin = _watch.Elapsed;
        EpochTally tally = TrainEpoch(epoch);
        EpochTally? validation = _counts.HeldOut > 0 ? Validate() : null;
        if (validation is not null)
            _best.Offer(Result, epoch, validation.Accuracy, validation.Loss);
        var record = new EpochRecord(epoch, tally.Loss, tally.Accuracy, validation?.Loss, validation?.Accuracy, _learningRate,
            (_watch.Elapsed - begin).TotalSeconds);
        _history.Add(record);
        if (_options.ReturnBestOnCancel && _best.Weights is null)
            _lastEpoch = Result.ReadWeights();
        _checkpoints?.Write(Checkpoint(_checkpoints.Fingerprint));
        NativeHeap.Trim();
        WriteHistory();
        progress.Checkpoint(tally.Loss, tally.Accuracy, validation?.Accuracy, epoch);
        Report(epoch, _batches, tally);
        _channel.Info(FormattableString.Invariant($"Epoch {epoch} of {_options.Epochs}: loss {tally.Loss:0.0000}, base accuracy ")
            + FormattableString.Invariant($"{tally.Accuracy:P2}{ValidationText(record)}, {_watch.Elapsed.TotalSeconds:0.0} s."));
    }

    private void WriteHistory()
    {
        if (_options.HistoryPath is { } path)
            TrainingHistory.Write(path, _history);
    }

    private TrainingCheckpoint Checkpoint(TrainingFingerprint fingerprint) => new()
    {
        Fingerprint = fingerprint,
        History = _history,
        Step = _step,
        Weights = _network.ReadWeights(),
        UpdateState = [.. _update.State.Select(TensorMemory.Read)],
        Averages = _average?.Network.ReadWeights(),
        Best = _best,
    };

    private EpochTally TrainEpoch(int epoch)
    {
        var tally = new EpochTally();
        long batchOfEpoch = 0;
        foreach (ImageBatch batch in _set.Epoch(epoch))
        {
            if (epoch == _epochsBefore + 1 && batchOfEpoch == 0)
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
        if (batch.Masks > 1)
            classes = classes.repeat_interleave(batch.Masks);
        Tensor rows = batch.RowsOn(_network.Device);
        Tensor images = batch.AblationsOf(rows);
        // The options allow mixed precision with networks of this library only.
        Tensor outputs = _isMixed
            ? ((FunctionalNetwork)_network).ForwardInMixedPrecision(images)
            : _network.Forward(images, training: true);
        Tensor scores = ScoresOf(outputs);
        Tensor crossEntropy = cross_entropy(scores, classes, label_smoothing: _options.LabelSmoothing);
        Tensor loss = crossEntropy;
        if (_options.Consistency > 0)
            loss = loss + _options.Consistency * ConsistencyLoss.Of(scores, batch.Masks);
        double epochsDone = epoch - 1 + (double)(batchOfEpoch - 1) / _batches;
        if (_options.ContestWeight > 0)
        {
            double weight = _options.ContestWeight * Math.Min(1, 2 * epochsDone / _options.Epochs);
            loss = loss + weight * ContestLoss.Of(scores, classes, batch.Masks, _options.ContestTarget);
        }
        if (_reconstruction is not null)
            loss = loss + _reconstruction.LossOf(outputs, batch, rows);
        double value = loss.item<float>();
        _learningRate = _options.HighestLearningRate * _options.Schedule.FactorAt(epochsDone, _options.Epochs);
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The loss became {value} in epoch {epoch}, batch ")
                + FormattableString.Invariant($"{batchOfEpoch}, at learning rate {_learningRate:g3}. Lower LearningRate (now {_options.HighestLearningRate:g3})."));
        }
        loss.backward();
        if (_options.GradientClipping is { } largest)
            GradientNorm.Clip(_network.Trained, largest);
        _update.Step(_learningRate);
        _step++;
        _average?.Follow(_network, _step);
        tally.Add(batch.Count * batch.Masks, crossEntropy.item<float>(), CountRight(scores, classes));
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
            Tensor scores = ScoresOf(Result.Forward(batch.ImagesOn(_network.Device)));
            tally.Add(batch.Count, cross_entropy(scores, classes).item<float>(), CountRight(scores, classes));
        }
        return tally;
    }

    /// <summary>The outputs that tell classes.</summary>
    private Tensor ScoresOf(Tensor outputs) => _reconstruction is null ? outputs : outputs.narrow(1, 0, _reconstruction.Classes);

    private static long CountRight(Tensor scores, Tensor classes) => scores.argmax(1).eq(classes).sum().item<long>();

    private void CheckFresh()
    {
        if (_set.IsAblatedAfresh)
            return;
        string? needed = _options switch
        {
            { MaskSharing: MaskSharing.PerBatch } => "MaskSharing is PerBatch",
            { MasksPerImage: > 1 } => $"MasksPerImage is {_options.MasksPerImage}",
            { InitialRetainedScale: not 1 } => FormattableString.Invariant($"InitialRetainedScale is {_options.InitialRetainedScale}"),
            _ => null,
        };
        if (needed is not null)
            throw new InvalidOperationException($"{needed}, but {NothingIsFresh}");
        _channel.Warning($"Every row keeps one ablation over all epochs, which trains badly: {NothingIsFresh}");
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
        double done = epoch - 1 + (double)batch / _batches;
        EpochRecord? last = _history.Count == 0 ? null : _history[^1];
        progress.Report(new TrainingProgress
        {
            Epoch = epoch,
            Epochs = _options.Epochs,
            Batch = batch,
            Batches = _batches,
            Loss = tally.Loss,
            BaseAccuracy = tally.Accuracy,
            LearningRate = _learningRate,
            ValidationLoss = last?.ValidationLoss,
            ValidationAccuracy = last?.ValidationAccuracy,
            Elapsed = _watch.Elapsed,
            TimeLeft = _watch.Elapsed * Math.Max(0, (_options.Epochs - done) / (done - _epochsBefore)),
        });
    }

    private static string ValidationText(EpochRecord record) => record.ValidationAccuracy is null
        ? ""
        : FormattableString.Invariant($", on rows held out {record.ValidationAccuracy:P2} (loss {record.ValidationLoss:0.0000})");
}
