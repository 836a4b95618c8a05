using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Trains a network on randomly ablated images: the base classifier of a smoothed one.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Label column | a key, as from <c>Conversion.MapValueToKey</c>; rows without a label are skipped |
/// | Feature column | a vector of <c>Single</c> with 3 dimensions: channels × height × width or height × width × channels, sides at least 4; from <c>RandomAblation</c> |
/// | PredictedLabel | a key with the label's values |
/// | Score | a vector of <c>Single</c>: softmax probability per class, slots named by class |
/// | Exportable to ONNX | by <c>ExportOnnx</c> of the certifier |
///
/// Every epoch reads the data again, and <c>RandomAblation</c> then draws new ablations. The trainer caches nothing, so put
/// <c>AppendCacheCheckpoint</c> before <c>RandomAblation</c> if reading is slow. The data view shuffles rows if it can; otherwise
/// they pass through a pool of up to 10,000 rows or 256 MiB.
/// </format>
/// </remarks>
public sealed partial class AblatedImageClassificationTrainer
    : TrainerEstimatorBase<MulticlassPredictionTransformer<AblatedImageModelParameters>, AblatedImageModelParameters>
{
    private readonly Options _options;
    private readonly TrainingSeed _seed;

    internal AblatedImageClassificationTrainer(IHostEnvironment env, Options options)
        : this(env.Register(AblatedImageModelParameters.LoaderSignature), options.ToValidated(), default(Validated))
    {
    }

    private AblatedImageClassificationTrainer(IHost host, Options options, Validated _)
        : base(host, TrainerUtils.MakeR4VecFeature(options.FeatureColumnName), TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName))
    {
        _options = options;
        _seed = new TrainingSeed(options.Seed ?? host.Rand.Next());
    }

    /// <summary>
    /// The rows of training data that a trainer with given options holds out. Choose <c>k</c> and the rule on them, so that the
    /// test data stay unseen.
    /// </summary>
    /// <param name="trainingData">The data that the pipeline is fitted on: the same rows with the same row ids.</param>
    /// <param name="options">
    /// The options; only <see cref="Options.ValidationFraction"/> and <see cref="Options.Seed"/> matter.
    /// </param>
    /// <returns>A view of these rows.</returns>
    /// <exception cref="ArgumentException">The options have no seed, or a value is out of range.</exception>
    public static IDataView HeldOutRows(IDataView trainingData, Options options) => Part(trainingData, options, heldOut: true);

    /// <summary>All rows but <see cref="HeldOutRows"/>, for a training that is not to see those at all, not even to choose an epoch.</summary>
    /// <inheritdoc cref="HeldOutRows"/>
    internal static IDataView RowsButHeldOut(IDataView trainingData, Options options) => Part(trainingData, options, heldOut: false);

    private static HeldOutView Part(IDataView trainingData, Options options, bool heldOut)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        ArgumentNullException.ThrowIfNull(options);
        Options valid = options.ToValidated();
        int seed = valid.Seed
            ?? throw new ArgumentException("Seed is not set, but it determines which rows are held out; set it here and for the "
                + "training.", nameof(options));
        IHost host = ((IHostEnvironment)new MLContext()).Register(nameof(HeldOutView));
        return new HeldOutView(host, trainingData, new TrainingSeed(seed), valid.ValidationFraction, heldOut);
    }

    /// <summary>
    /// Trainer information for pipelines: the trainer needs no normalization, and no caching after the random ablation.
    /// </summary>
    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override void CheckLabelCompatible(SchemaShape.Column labelCol) => MulticlassColumns.RequireKey(labelCol);

    private protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
        => MulticlassColumns.Of(inputSchema, LabelColumn.Name);

    private protected override AblatedImageModelParameters TrainModelCore(TrainContext trainContext)
    {
        RoleMappedData data = trainContext.TrainingSet;
        DataViewSchema.Column label = data.Schema.Label!.Value;
        DataViewSchema.Column features = data.Schema.Feature!.Value;
        ImageColumn images = ImageColumn.Read(features);
        var shape = new NetworkShape(images.Channels, images.Height, images.Width, ClassesOf(label));
        var set = new TrainingSet(data.Data, label, features, images, shape, _options, _seed);
        MaskedRows? masked = set.Description.Masked;
        _options.CheckFor(masked);
        NetworkArchitecture architecture = _options.ArchitectureFor(masked);
        if (architecture.Problem(shape) is { } problem)
            throw new ArgumentOutOfRangeException("input", $"No network can be made for column '{features.Name}': {problem}.");
        using IChannel channel = Host.Start("Training");
        Device device = TorchDevice.Choose(Host, channel);
        ScoringPrecision precision = architecture.Resolve(_options.Precision, device, hasRows: true);
        if (_options.Precision == ScoringPrecision.Int8)
            OnnxTwin.Require(architecture);
        if (_options.MaskSharing == MaskSharing.PerBatch && !data.Data.CanShuffle)
        {
            throw new InvalidOperationException("MaskSharing is PerBatch, but the data view cannot shuffle its rows, so every epoch "
                + "would have the same batches; put AppendCacheCheckpoint before RandomAblation.");
        }

        // Checked now rather than after an epoch.
        foreach (string path in new[] { _options.CheckpointPath, _options.HistoryPath }.OfType<string>())
            AtomicFile.CheckWritable(path);
        RowCounts counts = CountRows(set, channel);
        if (_options.Schedule.MilestonesNotReachedIn(_options.Epochs).ToArray() is { Length: > 0 } late)
        {
            channel.Warning($"The learning rate does not fall after epoch {string.Join(", ", late)}: Schedule is "
                + $"{_options.Schedule}, but Epochs is {_options.Epochs}.");
        }
        var setup = new TrainingSetup(_options, set, counts, architecture, shape, _seed, device, masked);
        float[][] weights = TrainingLoop.Run(Host, channel, setup);
        AblationNetwork network = architecture.Create(shape, weights, device);
        return precision == ScoringPrecision.Int8
            ? new AblatedImageModelParameters(Host, images, network, OnnxTwin.Make(Host, images, network, AblatedRows.Read(data.Data, features, images, _seed.Ranges)))
            : new AblatedImageModelParameters(Host, images, network, precision);
    }

    private protected override MulticlassPredictionTransformer<AblatedImageModelParameters> MakeTransformer(
        AblatedImageModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);

    private static int ClassesOf(DataViewSchema.Column label)
    {
        ulong classes = label.Type is KeyDataViewType key ? key.Count : 0;
        return classes is >= 2 and <= int.MaxValue
            ? (int)classes
            : throw new ArgumentOutOfRangeException("input",
                FormattableString.Invariant($"The label column '{label.Name}' has {classes:N0} classes, but it must have 2 or more; ")
                + "check the column and the training rows that its keys were made from.");
    }

    private RowCounts CountRows(TrainingSet set, IChannel channel)
    {
        RowCounts counts = set.Count();
        if (counts.All == 0)
            throw new InvalidOperationException("The training set has no rows.");
        if (counts.Training == 0)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"None of the {counts.All:N0} rows is left for training: {counts.MissingLabel:N0} have ")
                + FormattableString.Invariant($"no label, {counts.HeldOut:N0} are held out. Lower ValidationFraction (now ")
                + FormattableString.Invariant($"{_options.ValidationFraction}), or give more rows."));
        }
        if (counts.MissingLabel > 0)
            channel.Warning(FormattableString.Invariant($"{counts.MissingLabel:N0} rows have no label and are skipped."));
        if (counts.HeldOut == 0 && _options.ValidationFraction > 0)
            channel.Warning("There are too few rows to hold any out; training keeps the weights of the last epoch.");
        channel.Info(FormattableString.Invariant($"Training on {counts.Training:N0} rows, {counts.HeldOut:N0} held out."));
        return counts;
    }

    /// <summary>Distinguishes the constructors: the options are a checked copy.</summary>
    private readonly struct Validated;
}
