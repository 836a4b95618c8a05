namespace Microsoft.ML.Ablation.TorchSharp;

public sealed partial class AblatedImageClassificationTrainer
{
    /// <summary>
    /// What can be set for <see cref="AblatedImageClassificationTrainer"/>. Checked and copied when the trainer is built;
    /// changes after that have no effect.
    /// </summary>
    public sealed class Options
    {
        /// <summary>The label: a key column. Default "Label".</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The features: a vector of Single of three dimensions. Default "Features".</summary>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>The network. Default <see cref="ImageNetwork.NormalizedConvolutional"/>: the paper's for MNIST, with batch normalisation.</summary>
        /// <remarks>Not looked at when <see cref="CustomNetwork"/> is set.</remarks>
        public ImageNetwork Network { get; set; } = ImageNetwork.NormalizedConvolutional;

        /// <summary>
        /// The name of a network of your own, given to <see cref="AblationNetworks.Register"/> before; it replaces
        /// <see cref="Network"/>. Default null: <see cref="Network"/> is trained.
        /// </summary>
        public string? CustomNetwork { get; set; }

        /// <summary>How often the training set is gone through, at least 1. Default 20.</summary>
        public int Epochs { get; set; } = 20;

        /// <summary>Rows per step, at least 1. Default 128.</summary>
        public int BatchSize { get; set; } = 128;

        /// <summary>How a gradient moves the weights. Default <see cref="TrainingOptimizer.Adam"/>.</summary>
        public TrainingOptimizer Optimizer { get; set; } = TrainingOptimizer.Adam;

        /// <summary>
        /// The learning rate, above 0, which <see cref="Schedule"/> scales over time. Default null: 0.003 for
        /// <see cref="TrainingOptimizer.Adam"/>, 0.01 for <see cref="TrainingOptimizer.Sgd"/>.
        /// </summary>
        public double? LearningRate { get; set; }

        /// <summary>
        /// What becomes of the learning rate over the <see cref="Epochs"/>; a warm-up must be shorter than they are. Default
        /// <see cref="LearningRateSchedule.OneCycle"/>.
        /// </summary>
        public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.OneCycle();

        /// <summary>
        /// Weight decay λ, at least 0: decoupled for <see cref="TrainingOptimizer.Adam"/>, added to the gradient for
        /// <see cref="TrainingOptimizer.Sgd"/>, of all weights alike. Default 0.
        /// </summary>
        public double WeightDecay { get; set; }

        /// <summary>
        /// ε from 0 to below 1: the loss is taken against (1 − ε) times the label plus ε spread evenly over all classes (Szegedy et
        /// al., CVPR 2016, section 7). The loss reported is that one; validation is without. Default 0.
        /// </summary>
        public double LabelSmoothing { get; set; }

        /// <summary>
        /// Decay per step of a moving average of all weights, batch normalisation's running statistics among them, from 0 to below 1
        /// (Polyak and Juditsky 1992, with weights that fall exponentially; divided by their sum, so that the first weights do not
        /// count). Validation and the result then have the averaged weights. 0.999 averages about the last thousand steps. Default 0:
        /// no average.
        /// </summary>
        public double WeightAveraging { get; set; }

        /// <summary>
        /// The largest L2 norm of the gradient, over all weights together, above 0; a longer one is scaled down to it (Pascanu et al.,
        /// ICML 2013). Default null: no limit.
        /// </summary>
        public double? GradientClipping { get; set; }

        /// <summary>
        /// Epochs, at least 1, after which training ends when none of them was better on the rows held out: of higher base accuracy,
        /// or of the same with a lower loss. Needs a <see cref="ValidationFraction"/> above 0. The learning rate still follows
        /// <see cref="Epochs"/>. Default null: training goes through all epochs.
        /// </summary>
        public int? Patience { get; set; }

        /// <summary>
        /// Share of the rows held out of training, from 0 to below 1. After each epoch the base accuracy on them is measured,
        /// and the best weights are kept. With 0 the last weights are kept. Default 0.05.
        /// </summary>
        public double ValidationFraction { get; set; } = 0.05;

        /// <summary>
        /// Fixes the first weights, the order of the rows, their ablations and the rows held out: the same seed and data give
        /// the same weights, bit for bit, on the same processor with the same number of threads (a CUDA device adds in an order of
        /// its own). Default null: drawn from the <see cref="MLContext"/>, whose own seed then
        /// fixes it.
        /// </summary>
        /// <remarks>
        /// With a <see cref="CustomNetwork"/> it fixes what the module draws on the processor while it is made, as long as no other thread
        /// draws from torch's process-wide generator meanwhile. What the module draws while it is trained on, as dropout does, comes from
        /// that generator as the application has seeded it.
        /// </remarks>
        public int? Seed { get; set; }

        /// <summary>
        /// Whether layers but the last compute in bfloat16 while training (Micikevicius et al., ICLR 2018); weights, gradients and
        /// normalisations stay float32. Faster on processors with AVX-512 BF16 or AMX and on GPUs; on other processors, where it would take twice as
        /// long, training stays in float32, with a warning in the log. Not with a
        /// <see cref="CustomNetwork"/>, of which it is not known which layer is the last. Default false.
        /// </summary>
        public bool MixedPrecision { get; set; }

        /// <summary>Which rows share an ablation. Default <see cref="MaskSharing.PerSample"/>.</summary>
        public MaskSharing MaskSharing { get; set; } = MaskSharing.PerSample;

        /// <summary>
        /// Ablations of every row in a step, from 1 to 1,024; with m of them a step sees m · <see cref="BatchSize"/> images. The loss is
        /// their mean. Default 1.
        /// </summary>
        public int MasksPerImage { get; set; } = 1;

        /// <summary>
        /// λ, at least 0: adds λ times the mean Kullback-Leibler divergence of a row's answers, one for each of its ablations, from
        /// their mean answer to the loss (Jeong and Shin, NeurIPS 2020, equation 6), so that they agree. Above 0 it needs a
        /// <see cref="MasksPerImage"/> of 2 or more. Default 0.
        /// </summary>
        public double Consistency { get; set; }

        /// <summary>
        /// λ, at least 0: adds λ times the mean over the rows of max(0, τ − w) to the loss, where τ is the <see cref="ContestTarget"/> and w the
        /// share of a row's ablations on which its class has a greater score than the class that it beats least often, smoothed to
        /// σ(2(s_y − s_j)) for each. This is what the rule Condorcet certifies, and rows that have reached the target no longer pull. It
        /// grows from 0 to λ over the first half of the epochs, because a network that knows nothing yet does not learn from it. Above 0 it
        /// needs a <see cref="MasksPerImage"/> of 2 or more; 10 with 8 ablations is good for MNIST. Default 0.
        /// </summary>
        public double ContestWeight { get; set; }

        /// <summary>τ of <see cref="ContestWeight"/>, greater than 0.5 and at most 1. Default 0.9.</summary>
        public double ContestTarget { get; set; } = 0.9;

        /// <summary>
        /// λ, at least 0: adds λ times how badly the last hidden layer tells the whole image to the loss. For each of its values s, from 0 to 1,
        /// one further output of the last layer says y, and the mean over the values of −s ln σ(y) − (1 − s) ln(1 − σ(y)) is added.
        /// A network learns from what is hidden much faster than from one label (as masked autoencoders do, He et al., CVPR 2022). The
        /// further outputs are no part of the model. Needs fresh ablations and values from 0 to 1, and a network of
        /// <see cref="Network"/>. 80 is good for MNIST. Default 0.
        /// </summary>
        public double Reconstruction { get; set; }

        /// <summary>
        /// How many positions stay in the first epoch, as a multiple of the k of <c>RandomAblation</c>, from 0.01 to 1,000. It goes
        /// linearly to 1 over the first half of the epochs; k times it is rounded, and at least 1 and at most all positions stay.
        /// Above 1 training begins with the easier images. Needs fresh ablations, and has no effect on rows held out. Default 1.
        /// </summary>
        public double InitialRetainedScale { get; set; } = 1;

        /// <summary>Receives a report after every batch, on the training thread. Default null.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>
        /// Ends <c>Fit</c> between two batches, with an <see cref="OperationCanceledException"/> unless
        /// <see cref="ReturnBestOnCancel"/> is set. Default: never.
        /// </summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>
        /// Whether <c>Fit</c> returns a model when its <see cref="CancellationToken"/> is cancelled: with the best weights so far, or
        /// without rows held out with those after the last whole epoch. When no epoch was finished it throws all the same. Default
        /// false.
        /// </summary>
        public bool ReturnBestOnCancel { get; set; }

        /// <summary>
        /// A file that receives the whole state of the training after every epoch, so that a training that was stopped can go on;
        /// default null: none.
        /// </summary>
        /// <remarks>
        /// It is written beside its place, flushed to the disk and renamed, so it is always whole. Where it exists, <c>Fit</c> goes
        /// on after its last epoch and gives the weights of a training that was never stopped, bit for bit on a processor; as
        /// everywhere, torch adds in one order only with one number of threads. What a <see cref="CustomNetwork"/> draws while it is
        /// trained on, as dropout does, is not repeated, because the state of torch's generator is not in the file; such a training goes
        /// on with other weights than without the stop. The file stays when training ends, and a further
        /// <c>Fit</c> then returns its result at once; delete it to train anew. <c>Fit</c> throws an
        /// <see cref="InvalidOperationException"/> that names what differs when it belongs to another training (options, seed,
        /// network, rows), an <see cref="InvalidDataException"/> when it is damaged, and an <see cref="IOException"/> when it
        /// cannot be written.
        /// </remarks>
        public string? CheckpointPath { get; set; }

        /// <summary>
        /// A CSV file that receives a line per epoch: epoch, loss, base accuracy, validation loss, validation base accuracy, learning
        /// rate of the last step, seconds. Default null: none.
        /// </summary>
        /// <remarks>
        /// The file is replaced as a whole when training begins and after every epoch; what was in it before is lost. A training that
        /// goes on from <see cref="CheckpointPath"/> has the lines of its earlier epochs too, once each. Without rows held out the
        /// cells of validation are empty. <c>Fit</c> throws an <see cref="IOException"/> when it cannot be written.
        /// </remarks>
        public string? HistoryPath { get; set; }

        /// <summary>The number format in which the fitted network scores. Default: Auto.</summary>
        public ScoringPrecision Precision { get; set; } = ScoringPrecision.Auto;

        internal NetworkArchitecture Architecture => CustomNetwork is null ? NetworkArchitecture.Of(Network) : AblationNetworks.Get(CustomNetwork);

        internal double HighestLearningRate => LearningRate ?? (Optimizer == TrainingOptimizer.Adam ? 3e-3 : 1e-2);

        /// <summary>A checked copy.</summary>
        /// <exception cref="ArgumentException">A value is not allowed; the message names it.</exception>
        internal Options ToValidated()
        {
            Check(!string.IsNullOrEmpty(LabelColumnName), nameof(LabelColumnName), "empty", "the name of a column");
            Check(!string.IsNullOrEmpty(FeatureColumnName), nameof(FeatureColumnName), "empty", "the name of a column");
            Check(Epochs is >= 1 and <= 1_000_000, nameof(Epochs), Epochs, "1 to 1,000,000");
            Check(BatchSize is >= 1 and <= 65_536, nameof(BatchSize), BatchSize, "1 to 65,536");
            Check(Enum.IsDefined(Network), nameof(Network), Network, string.Join(", ", Enum.GetNames<ImageNetwork>()));
            Check(CustomNetwork is null || AblationNetworks.IsRegistered(CustomNetwork), nameof(CustomNetwork), $"'{CustomNetwork}'",
                $"null and names that AblationNetworks.Register was called with before ({AblationNetworks.Known()})");
            Check(CustomNetwork is null || !MixedPrecision, nameof(MixedPrecision), $"true with CustomNetwork '{CustomNetwork}'",
                "false, or a network that Network chooses");
            Check(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, string.Join(" and ", Enum.GetNames<TrainingOptimizer>()));
            Check(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<ScoringPrecision>()));
            Check(Enum.IsDefined(MaskSharing), nameof(MaskSharing), MaskSharing, string.Join(" and ", Enum.GetNames<MaskSharing>()));
            Check(LearningRate is null || LearningRate is > 0 and < double.PositiveInfinity, nameof(LearningRate), LearningRate,
                "null and numbers above 0");
            Check(Schedule is not null, nameof(Schedule), "null", "what LearningRateSchedule has to offer, such as OneCycle()");
            Check(Schedule!.WarmUpEpochs < Epochs, nameof(Schedule), $"{Schedule} in {Epochs} Epochs", "warm-ups shorter than the training");
            Check(WeightDecay is >= 0 and < double.PositiveInfinity, nameof(WeightDecay), WeightDecay, "numbers from 0");
            Check(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "0 to below 1");
            Check(MasksPerImage is >= 1 and <= 1024, nameof(MasksPerImage), MasksPerImage, "1 to 1,024");
            Check((long)MasksPerImage * BatchSize <= 65_536, nameof(MasksPerImage), $"{MasksPerImage} with batches of {BatchSize}",
                "at most 65,536 ablations in a step");
            Check(Consistency is >= 0 and < double.PositiveInfinity, nameof(Consistency), Consistency, "numbers from 0");
            Check(Consistency == 0 || MasksPerImage > 1, nameof(Consistency), FormattableString.Invariant($"{Consistency} with one ablation per image"),
                "0, or a MasksPerImage of 2 or more whose answers can agree");
            Check(ContestWeight is >= 0 and < double.PositiveInfinity, nameof(ContestWeight), ContestWeight, "numbers from 0");
            Check(ContestWeight == 0 || MasksPerImage > 1, nameof(ContestWeight),
                FormattableString.Invariant($"{ContestWeight} with one ablation per image"), "0, or a MasksPerImage of 2 or more");
            Check(ContestTarget is > 0.5 and <= 1, nameof(ContestTarget), ContestTarget, "above 0.5 to 1");
            Check(Reconstruction is >= 0 and < double.PositiveInfinity, nameof(Reconstruction), Reconstruction, "numbers from 0");
            Check(Reconstruction == 0 || CustomNetwork is null, nameof(Reconstruction),
                FormattableString.Invariant($"{Reconstruction} with CustomNetwork '{CustomNetwork}'"), "0, or a network that Network chooses");
            Check(InitialRetainedScale is >= 0.01 and <= 1000, nameof(InitialRetainedScale), InitialRetainedScale, "0.01 to 1,000");
            Check(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "0 to below 1");
            Check(WeightAveraging is >= 0 and < 1, nameof(WeightAveraging), WeightAveraging, "0 to below 1");
            Check(GradientClipping is null or (> 0 and < double.PositiveInfinity), nameof(GradientClipping), GradientClipping,
                "null and numbers above 0");
            Check(Patience is null or >= 1, nameof(Patience), Patience, "null and numbers from 1");
            Check(Patience is null || ValidationFraction > 0, nameof(Patience), $"{Patience} with ValidationFraction 0",
                "null, or a ValidationFraction above 0 that tells which epoch was better");
            Check(CheckpointPath is not "", nameof(CheckpointPath), "empty", "null and the path of a file");
            Check(HistoryPath is not "", nameof(HistoryPath), "empty", "null and the path of a file");
            Check(HistoryPath is null || CheckpointPath is null || Path.GetFullPath(HistoryPath) != Path.GetFullPath(CheckpointPath),
                nameof(HistoryPath), $"'{HistoryPath}', the file of CheckpointPath", "null and the path of another file");
            return (Options)MemberwiseClone();
        }

        private static void Check(bool allowed, string name, object? given, string range)
        {
            if (!allowed)
                throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {given}; allowed are {range}."));
        }
    }
}
