using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network in training: takes steps along the gradient of the loss, and is validated.</summary>
internal sealed class Learner
{
    private readonly AblatedImageClassificationTrainer.Options _options;
    private readonly AblationNetwork _network;
    private readonly IUpdateRule _update;
    private readonly WeightAverage? _average;
    private readonly ReconstructionTask? _reconstruction;
    private readonly MaskedSteps? _masked;

    /// <param name="options">The trainer's options.</param>
    /// <param name="network">The network; the caller disposes it, like the update rule and the average.</param>
    /// <param name="update">Updates its weights.</param>
    /// <param name="average">Averages its weights; null for no average.</param>
    /// <param name="reconstruction">The second task; null for none.</param>
    /// <param name="masked">The fixed masks; null where ablations are random.</param>
    public Learner(AblatedImageClassificationTrainer.Options options, AblationNetwork network, IUpdateRule update,
        WeightAverage? average, ReconstructionTask? reconstruction, MaskedSteps? masked)
    {
        (_options, _network, _update, _average, _reconstruction, _masked) = (options, network, update, average, reconstruction, masked);
        IsMixed = options.MixedPrecision && ScoringPrecisions.Computes(network.Device, ScalarType.BFloat16);
    }

    /// <summary>
    /// Whether steps compute in mixed precision: the options ask for it, and the device has instructions for bfloat16.
    /// </summary>
    public bool IsMixed { get; }

    /// <summary>The network that is validated and returned.</summary>
    public AblationNetwork Result => _average?.Network ?? _network;

    /// <summary>The number of steps.</summary>
    public long Steps { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; private set; }

    /// <summary>The parameters, including running statistics.</summary>
    public float[][] ReadWeights() => _network.ReadWeights();

    /// <summary>The state of the update rule.</summary>
    public float[][] ReadUpdateState() => [.. _update.State.Select(TensorMemory.Read)];

    /// <summary>The averaged parameters; null without averaging.</summary>
    public float[][]? ReadAverages() => _average?.Network.ReadWeights();

    /// <summary>Resumes from a checkpoint; the network has its weights already.</summary>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        _update.Restore(checkpoint.UpdateState, checkpoint.Step);
        Steps = checkpoint.Step;
    }

    /// <summary>Takes one step.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="at">The position of the batch in the training.</param>
    /// <param name="tally">Receives cross-entropy and correct predictions.</param>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Step(ImageBatch batch, TrainingPosition at, EpochTally tally)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor parameter in _network.Trained)
            parameter.grad = null;
        Tensor rows = batch.RowsOn(_network.Device);
        Tensor outputs = _masked is null ? Forward(batch.AblationsOf(rows)) : _masked.Forward(_network, batch.WholeImagesOf(rows), at, IsMixed), scores = ScoresOf(outputs);
        int masks = _masked?.MasksPerStep ?? batch.Masks;
        Tensor classes = ClassesOf(batch, masks);
        Tensor crossEntropy = cross_entropy(scores, classes, label_smoothing: _options.LabelSmoothing);
        Tensor loss = crossEntropy;
        if (_options.Consistency > 0)
            loss = loss + _options.Consistency * ConsistencyLoss.Of(scores, masks);
        if (_options.Distillation > 0)
            loss = loss + _options.Distillation * DistillationLoss.Of(scores, masks);
        if (_options.ContestWeight > 0)
        {
            loss = loss + ContestWeightAt(at) * (_masked?.ContestsOf(scores, classes, _options.ContestTarget)
                ?? ContestLoss.OfSamples.Of(scores, classes, masks, _options.ContestTarget));
        }
        if (_reconstruction is not null)
            loss = loss + _reconstruction.LossOf(outputs, batch, rows);
        Descend(loss, at);
        tally.Add(batch.Count * masks, crossEntropy.item<float>(), CountRight(scores, classes));
    }

    /// <summary>Validates on rows held out.</summary>
    /// <param name="batch">The rows, with one ablation each.</param>
    /// <param name="tally">Receives cross-entropy and correct predictions.</param>
    public void Validate(ImageBatch batch, EpochTally tally)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        if (_masked is not null)
        {
            ValidateMasks(batch, tally);
            return;
        }
        Tensor classes = batch.ClassesOn(_network.Device);
        Tensor scores = ScoresOf(Result.Forward(batch.ImagesOn(_network.Device)));
        tally.Add(batch.Count, cross_entropy(scores, classes).item<float>(), CountRight(scores, classes));
    }

    /// <summary>Validates on all masks; a network that learns contests is judged by them.</summary>
    private void ValidateMasks(ImageBatch batch, EpochTally tally)
    {
        int masks = _masked!.Set.Family.Count;
        Tensor classes = ClassesOf(batch, masks), scores = Result.ForwardMasks(batch.WholeImagesOf(batch.RowsOn(_network.Device)), _masked.Set, masks: null).flatten(0, 1);
        tally.Add(batch.Count * masks, cross_entropy(scores, classes).item<float>(), CountRight(scores, classes));
        if (_options.ContestWeight > 0)
            tally.AddReach(batch.Count, (ContestLoss.ClosestShare(scores, classes, masks) - 0.5).relu().sum().item<float>());
    }

    /// <summary>The class of each ablation.</summary>
    private Tensor ClassesOf(ImageBatch batch, int masks)
    {
        Tensor classes = batch.ClassesOn(_network.Device);
        return masks > 1 ? classes.repeat_interleave(masks) : classes;
    }

    // The options allow mixed precision only with networks of this library.
    private Tensor Forward(Tensor images) => IsMixed
        ? ((FunctionalNetwork)_network).ForwardInMixedPrecision(images)
        : _network.Forward(images, training: true);

    /// <summary>The outputs that are scores of classes.</summary>
    private Tensor ScoresOf(Tensor outputs) => _reconstruction is null ? outputs : outputs.narrow(1, 0, _reconstruction.Classes);

    /// <summary>Grows from 0 to the options' weight over the first half of the epochs.</summary>
    private double ContestWeightAt(TrainingPosition at) =>
        _options.ContestWeight * Math.Min(1, 2 * at.EpochsBefore / _options.Epochs);

    private void Descend(Tensor loss, TrainingPosition at)
    {
        LearningRate = _options.HighestLearningRate * _options.Schedule.FactorAt(at.EpochsBefore, _options.Epochs);
        CheckFinite(loss.item<float>(), at);
        loss.backward();
        if (_options.GradientClipping is { } largest)
            GradientNorm.Clip(_network.Trained, largest);
        _update.Step(LearningRate);
        Steps++;
        _average?.Follow(_network, Steps);
    }

    private void CheckFinite(double loss, TrainingPosition at)
    {
        if (double.IsFinite(loss))
            return;
        throw new InvalidOperationException(
            FormattableString.Invariant($"The loss became {loss} in epoch {at.Epoch}, batch {at.Batch}, at learning rate ")
            + FormattableString.Invariant($"{LearningRate:g3}. Lower LearningRate (now {_options.HighestLearningRate:g3})."));
    }

    private static long CountRight(Tensor scores, Tensor classes) => scores.argmax(1).eq(classes).sum().item<long>();
}
