using System.Diagnostics;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Trains a network on a training set, epoch by epoch.</summary>
internal sealed class TrainingLoop
{
    private readonly IHost _host;
    private readonly IChannel _channel;
    private readonly AblatedImageClassificationTrainer.Options _options;
    private readonly TrainingSet _set;
    private readonly bool _hasHeldOut;
    private readonly long _batches;
    private readonly Learner _learner;
    private readonly CheckpointFile? _checkpoints;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<EpochRecord> _history = [];
    private int _epochsBefore;
    private BestWeights _best = new();
    private float[][]? _lastEpoch;

    private TrainingLoop(IHost host, IChannel channel, TrainingSetup setup, Learner learner, CheckpointFile? checkpoints)
    {
        (_host, _channel, _learner, _checkpoints) = (host, channel, learner, checkpoints);
        (_options, _set, _hasHeldOut) = (setup.Options, setup.Set, setup.Counts.HeldOut > 0);
        _batches = setup.Set.BatchesOf(setup.Counts);
    }

    /// <summary>Trains a new network, or resumes from the options' checkpoint.</summary>
    /// <returns>Its best weights, one array per parameter.</returns>
    /// <exception cref="OperationCanceledException">
    /// The options' token or the context was cancelled, and the best weights are not wanted or do not exist.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The loss is no longer a number, masks cannot be shared, the initial model does not fit, or the checkpoint belongs to another training.
    /// </exception>
    /// <exception cref="IOException">The checkpoint cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public static float[][] Run(IHost host, IChannel channel, TrainingSetup setup)
    {
        AblatedImageClassificationTrainer.Options options = setup.Options;
        NetworkArchitecture architecture = setup.Architecture;
        CheckpointFile? checkpoints = options.CheckpointPath is { } path ? new(path, TrainingFingerprint.Of(setup)) : null;
        TrainingCheckpoint? start = checkpoints?.Read();
        ReconstructionTask? reconstruction = ReconstructionTask.For(setup);
        NetworkShape shape = reconstruction?.TrainedShape ?? setup.Shape;
        float[][] weights = start?.Weights ?? InitialWeights.Of(setup, reconstruction);
        using AblationNetwork network = architecture.Create(shape, weights, setup.Device, trainable: true);
        using IUpdateRule update = options.Optimizer == TrainingOptimizer.Adam
            ? new AdamUpdate(network.Trained, options.WeightDecay)
            : new SgdUpdate(network.Trained, options.WeightDecay);
        using WeightAverage? average = options.WeightAveraging > 0
            ? new WeightAverage(architecture, shape, start?.Averages ?? weights, setup.Device, options.WeightAveraging)
            : null;
        using MaskSet? masks = setup.Masked is { } masked ? new MaskSet(masked.Family, masked.Encoder, setup.Device) : null;
        using PatchContestLoss? patches = setup.Masked is { } images && options.ContestPatch is { } side
            ? new PatchContestLoss(images.Family, images.Encoder.Shape, side, setup.Device)
            : null;
        var learner = new Learner(options, network, update, average, reconstruction, masks is null ? null : new MaskedSteps(masks, options.MasksPerImage, setup.Seed, patches));
        float[][] result = new TrainingLoop(host, channel, setup, learner, checkpoints).Run(start);
        return reconstruction?.WithoutReconstruction(result) ?? result;
    }

    /// <summary>Whether the best weights are so old that training ends.</summary>
    private bool IsOutOfPatience => _best.Epoch > 0 && _history.Count - _best.Epoch >= _options.Patience;

    private float[][] Run(TrainingCheckpoint? start)
    {
        if (_options.MixedPrecision && !_learner.IsMixed)
        {
            _channel.Warning("MixedPrecision is set, but this processor has no instructions for bfloat16 and would be slower; "
                + "training in float32.");
        }
        if (start is not null)
            Resume(start);
        using IProgressChannel progress = _host.StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["loss", "base accuracy", "validation base accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, _history.Count, _options.Epochs));
        // Even if nothing is left to train: the last run may have stopped between its checkpoint and its history.
        WriteHistory();
        try
        {
            for (int epoch = _epochsBefore + 1; epoch <= _options.Epochs && !IsOutOfPatience; epoch++)
                RunEpoch(epoch, progress);
        }
        catch (OperationCanceledException) when (_options.ReturnBestOnCancel && _options.CancellationToken.IsCancellationRequested
            && _history.Count > 0)
        {
            _channel.Info($"Training was cancelled after {_history.Count} completed epochs.");
            return _best.Weights ?? _lastEpoch!;
        }
        return Result();
    }

    private void Resume(TrainingCheckpoint start)
    {
        _learner.Restore(start);
        _history.AddRange(start.History);
        _epochsBefore = _history.Count;
        _best = start.Best;
        _lastEpoch = start.Averages ?? start.Weights;
        _channel.Info($"Resuming after epoch {_epochsBefore} of {_options.Epochs}, from '{_options.CheckpointPath}'.");
    }

    private float[][] Result()
    {
        if (IsOutOfPatience)
        {
            _channel.Info($"Training ended after epoch {_history.Count}: the last {_options.Patience} epochs were no better on the "
                + "rows held out.");
        }
        if (_best.Weights is null)
            return _learner.Result.ReadWeights();
        _channel.Info($"Kept the weights of epoch {_best.Epoch}.");
        return _best.Weights;
    }

    private void RunEpoch(int epoch, IProgressChannel progress)
    {
        TimeSpan begin = _watch.Elapsed;
        EpochTally tally = Train(epoch);
        EpochTally? validation = _hasHeldOut ? Validate() : null;
        if (validation is not null)
            _best.Offer(_learner.Result, epoch, validation.Quality, validation.Loss);
        var record = new EpochRecord(epoch, tally.Loss, tally.Accuracy, validation?.Loss, validation?.Accuracy,
            _learner.LearningRate, (_watch.Elapsed - begin).TotalSeconds);
        Keep(record);
        progress.Checkpoint(tally.Loss, tally.Accuracy, validation?.Accuracy, epoch);
        Report(new TrainingPosition(epoch, _batches, _batches), tally);
        _channel.Info(FormattableString.Invariant($"Epoch {epoch} of {_options.Epochs}: loss {tally.Loss:0.0000}, base accuracy ")
            + FormattableString.Invariant($"{tally.Accuracy:P2}{ValidationText(record)}, {_watch.Elapsed.TotalSeconds:0.0} s."));
    }

    private EpochTally Train(int epoch)
    {
        var tally = new EpochTally();
        var at = new TrainingPosition(epoch, 0, _batches);
        foreach (ImageBatch batch in _set.Epoch(epoch))
        {
            if (epoch == _epochsBefore + 1 && at.Batch == 0)
                CheckFresh();
            CheckCancelled();
            at = at with { Batch = at.Batch + 1 };
            _learner.Step(batch, at, tally);
            if (at.Batch < _batches)
                Report(at, tally);
        }
        return tally;
    }

    private EpochTally Validate()
    {
        var tally = new EpochTally();
        foreach (ImageBatch batch in _set.HeldOut())
        {
            CheckCancelled();
            _learner.Validate(batch, tally);
        }
        return tally;
    }

    /// <summary>Keeps what a resumed training, or the result of a cancelled one, needs of an epoch.</summary>
    private void Keep(EpochRecord record)
    {
        _history.Add(record);
        if (_options.ReturnBestOnCancel && _best.Weights is null)
            _lastEpoch = _learner.Result.ReadWeights();
        _checkpoints?.Write(Checkpoint(_checkpoints.Fingerprint));
        NativeHeap.Trim();
        WriteHistory();
    }

    private TrainingCheckpoint Checkpoint(TrainingFingerprint fingerprint) => new()
    {
        Fingerprint = fingerprint,
        History = _history,
        Step = _learner.Steps,
        Weights = _learner.ReadWeights(),
        UpdateState = _learner.ReadUpdateState(),
        Averages = _learner.ReadAverages(),
        Best = _best,
    };

    private void WriteHistory()
    {
        if (_options.HistoryPath is { } path)
            TrainingHistory.Write(path, _history);
    }

    private void CheckFresh()
    {
        if (_set.IsAblatedAfresh)
            return;
        string? needed = _options switch
        {
            { MaskSharing: MaskSharing.PerBatch } => "MaskSharing is PerBatch",
            { MasksPerImage: > 1 } => $"MasksPerImage is {_options.MasksPerImage}",
            { InitialRetainedScale: not 1 } => FormattableString.Invariant($"InitialRetainedScale is {_options.InitialRetainedScale}"),
            { RetainedSpread: not 1 } => FormattableString.Invariant($"RetainedSpread is {_options.RetainedSpread}"),
            _ => null,
        };
        if (needed is not null)
            throw new InvalidOperationException($"{needed}, but {TrainingSet.NothingIsFresh}");
        _channel.Warning($"Every row has the same ablation in all epochs, which trains badly: {TrainingSet.NothingIsFresh}");
    }

    private void CheckCancelled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }

    private void Report(TrainingPosition at, EpochTally tally)
    {
        if (_options.Progress is not { } progress)
            return;
        EpochRecord? last = _history.Count == 0 ? null : _history[^1];
        progress.Report(new TrainingProgress
        {
            Epoch = at.Epoch,
            Epochs = _options.Epochs,
            Batch = at.Batch,
            Batches = _batches,
            Loss = tally.Loss,
            BaseAccuracy = tally.Accuracy,
            LearningRate = _learner.LearningRate,
            ValidationLoss = last?.ValidationLoss,
            ValidationAccuracy = last?.ValidationAccuracy,
            Elapsed = _watch.Elapsed,
            TimeLeft = _watch.Elapsed
                * Math.Max(0, (_options.Epochs - at.EpochsAfter) / (at.EpochsAfter - _epochsBefore)),
        });
    }

    private static string ValidationText(EpochRecord record) => record.ValidationAccuracy is null
        ? ""
        : FormattableString.Invariant($", on rows held out {record.ValidationAccuracy:P2} (loss {record.ValidationLoss:0.0000})");
}
