using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation;

public sealed partial class AblatedImageClassificationTrainer
{
    /// <summary>
    /// Options of <see cref="AblatedImageClassificationTrainer"/>. The trainer checks and copies them when it is built; later
    /// changes have no effect.
    /// </summary>
    public sealed record Options
    {
        /// <summary>The label: a key column. Default "Label".</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The features: a vector of Single of three dimensions. Default "Features".</summary>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>
        /// The network. Default <see cref="ImageNetwork.NormalizedConvolutional"/>: the paper's for MNIST, with batch
        /// normalisation.
        /// </summary>
        /// <remarks>Ignored if <see cref="CustomNetwork"/> is set.</remarks>
        public ImageNetwork Network { get; set; } = ImageNetwork.NormalizedConvolutional;

        /// <summary>
        /// The name of a network of your own, registered before with <see cref="AblationNetworks.Register"/>; it replaces
        /// <see cref="Network"/>. Default null: <see cref="Network"/> is trained.
        /// </summary>
        public string? CustomNetwork { get; set; }

        /// <summary>The number of passes over the training set, at least 1. Default 20.</summary>
        public int Epochs { get; set; } = 20;

        /// <summary>Rows per step, at least 1. Default 128.</summary>
        public int BatchSize { get; set; } = 128;

        /// <summary>The update rule. Default <see cref="TrainingOptimizer.Adam"/>.</summary>
        public TrainingOptimizer Optimizer { get; set; } = TrainingOptimizer.Adam;

        /// <summary>
        /// The learning rate, above 0; <see cref="Schedule"/> scales it over time. Default null: 0.003 for
        /// <see cref="TrainingOptimizer.Adam"/>, 0.01 for <see cref="TrainingOptimizer.Sgd"/>.
        /// </summary>
        public double? LearningRate { get; set; }

        /// <summary>
        /// The learning rate over the <see cref="Epochs"/>; a warm-up must be shorter than the training. Default
        /// <see cref="LearningRateSchedule.OneCycle"/>.
        /// </summary>
        public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.OneCycle();

        /// <summary>
        /// Weight decay λ of all weights, at least 0: decoupled for <see cref="TrainingOptimizer.Adam"/>, added to the gradient
        /// for <see cref="TrainingOptimizer.Sgd"/>. Default 0.
        /// </summary>
        public double WeightDecay { get; set; }

        /// <summary>
        /// ε, from 0 to below 1: the target of the loss is (1 − ε) times the label plus ε spread evenly over all classes (Szegedy
        /// et al., CVPR 2016, section 7). It applies to the reported loss of training, not to validation. Default 0.
        /// </summary>
        public double LabelSmoothing { get; set; }

        /// <summary>
        /// Decay per step, from 0 to below 1, of a moving average of all weights and of batch normalisation's running statistics
        /// (Polyak and Juditsky 1992, with exponential decay, divided by the sum of the coefficients so that the initial weights
        /// do not count). Validation and the result then use the averaged weights. 0.999 averages about the last thousand steps.
        /// Default 0: no average.
        /// </summary>
        public double WeightAveraging { get; set; }

        /// <summary>
        /// The largest L2 norm of the gradient over all weights together, above 0; longer gradients are scaled down to it
        /// (Pascanu et al., ICML 2013). Default null: no limit.
        /// </summary>
        public double? GradientClipping { get; set; }

        /// <summary>
        /// Training ends after so many epochs, at least 1, without improvement on the rows held out: a higher base accuracy, or
        /// the same with a lower loss. Needs a <see cref="ValidationFraction"/> above 0. The learning rate still follows
        /// <see cref="Epochs"/>. Default null: no early end.
        /// </summary>
        public int? Patience { get; set; }

        /// <summary>
        /// Share of the rows held out of training, from 0 to below 1. Each epoch measures the base accuracy on them, and training
        /// keeps the best weights. With 0 it keeps the last weights. Default 0.05.
        /// </summary>
        public double ValidationFraction { get; set; } = 0.05;

        /// <summary>
        /// A model whose network is trained on, from the weights that it has: a fitted certifier, or a chain with one or with a network of this trainer. It must have the same network,
        /// shape of images and number of classes; its ablations, its number format and mirrored scores do not matter. The update rule begins anew. The model must not be disposed before
        /// <c>Fit</c> returns, and is not changed. Default null: weights drawn with <see cref="Seed"/>.
        /// </summary>
        /// <remarks>
        /// With a lower <see cref="LearningRate"/> a model learns another number of retained positions in a few epochs. Hold out the same rows as before (the same <see cref="Seed"/>
        /// and <see cref="ValidationFraction"/>), because a model knows the rows that it was trained on. <c>Fit</c> throws an <see cref="InvalidOperationException"/> if the model does not fit.
        /// </remarks>
        public ITransformer? InitialModel { get; set; }

        /// <summary>
        /// The seed of the initial weights, the order of the rows, their ablations and the choice of rows held out. The same seed
        /// and data give the same weights, bit for bit, on the same processor with the same number of threads; the order of
        /// additions on a CUDA device is not fixed. Default null: the <see cref="MLContext"/> draws it, reproducibly if it has a
        /// seed.
        /// </summary>
        /// <remarks>
        /// For a <see cref="CustomNetwork"/>, the seed applies to random numbers on the processor during the call of its factory,
        /// if no other thread uses torch's process-wide generator at the same time. Random numbers during training, such as those
        /// of dropout, come from that generator as the application has seeded it.
        /// </remarks>
        public int? Seed { get; set; }

        /// <summary>
        /// Whether all layers but the last train in bfloat16 (Micikevicius et al., ICLR 2018); weights, gradients and
        /// normalisations stay in float32. Faster on processors with AVX-512 BF16 or AMX and on GPUs. On other processors, which
        /// would take twice as long, training stays in float32 with a warning in the log. Not available with a
        /// <see cref="CustomNetwork"/>, whose last layer is unknown. Default false.
        /// </summary>
        public bool MixedPrecision { get; set; }

        /// <summary>Which rows share an ablation. Default <see cref="MaskSharing.PerSample"/>.</summary>
        public MaskSharing MaskSharing { get; set; } = MaskSharing.PerSample;

        /// <summary>
        /// Ablations of every row in a step, from 1 to 1,024; with m ablations a step has m · <see cref="BatchSize"/> images. The
        /// loss is their mean. 0 means all masks, where a fixed family of them comes before the trainer
        /// (<c>PartitionAblation</c> and others); with fewer a step shows its rows through masks drawn at random. Default 1.
        /// </summary>
        public int MasksPerImage { get; set; } = 1;

        /// <summary>
        /// λ, at least 0: adds λ times a consistency term to the loss, the mean Kullback-Leibler divergence between a row's
        /// predictions, one per ablation, and their mean (Jeong and Shin, NeurIPS 2020, equation 6). Above 0 it needs a
        /// <see cref="MasksPerImage"/> of 2 or more. Default 0.
        /// </summary>
        public double Consistency { get; set; }

        /// <summary>
        /// λ, at least 0: adds λ times the mean over the rows of max(0, τ − w) to the loss. τ is the <see cref="ContestTarget"/>;
        /// w is the share of a row's ablations on which its class outscores the class that it beats least often, smoothed to
        /// σ(2(s_y − s_j)) for each ablation. This is the quantity that the rule Condorcet certifies; rows that have reached the
        /// target have no gradient. The weight grows from 0 to λ over the first half of the epochs, because an untrained network
        /// does not learn from this term. Above 0 it needs a <see cref="MasksPerImage"/> of 2 or more; 10 with 8 ablations is
        /// good for MNIST. Default 0.
        /// </summary>
        public double ContestWeight { get; set; }

        /// <summary>τ of <see cref="ContestWeight"/>, greater than 0.5 and at most 1. Default 0.9.</summary>
        public double ContestTarget { get; set; } = 0.9;

        /// <summary>
        /// m, for fixed masks: contests are not to reach <see cref="ContestTarget"/>, but to be won whatever a patch of m × m pixels shows, wherever it is. λ of
        /// <see cref="ContestWeight"/> then weighs the share of rows that the patch can win, smoothed. At least 1, and at most the sides of the image; needs all masks in a step
        /// (<see cref="MasksPerImage"/> 0). Default null.
        /// </summary>
        public int? ContestPatch { get; set; }

        /// <summary>
        /// λ, at least 0: adds λ times a reconstruction term to the loss, for which the last layer also predicts the whole image.
        /// It has one further output y for each value s of the image, from 0 to 1, and the term is the mean of −s ln σ(y) − (1 −
        /// s) ln(1 − σ(y)). As in masked autoencoders (He et al., CVPR 2022), the network learns much faster from hidden values
        /// than from a label alone. The model does not keep the further outputs. Needs fresh ablations, values from 0 to 1, and a
        /// network of <see cref="Network"/>. 80 is good for MNIST. Default 0.
        /// </summary>
        public double Reconstruction { get; set; }

        /// <summary>
        /// The number of retained positions in the first epoch, as a multiple of the k of <c>RandomAblation</c>, from 0.01 to
        /// 1,000. The multiple moves linearly to 1 over the first half of the epochs; the product is rounded and limited to 1 and
        /// all positions. Above 1, training begins with easier images. Needs fresh ablations, and has no effect on rows held out.
        /// Default 1.
        /// </summary>
        public double InitialRetainedScale { get; set; } = 1;

        /// <summary>
        /// r, from 1 to 1,000: every ablation of the training retains a number of positions of its own, from k / r to k · r with a uniformly distributed logarithm, rounded and
        /// limited to 1 and all positions. Such a network votes well over that whole range, for a certifier with another number of retained positions
        /// (<c>WithRetainedCount</c>). Needs fresh ablations, and has no effect on rows held out. Default 1: k alone.
        /// </summary>
        public double RetainedSpread { get; set; } = 1;

        /// <summary>
        /// λ, at least 0: the first of a row's ablations retains <see cref="DistillationScale"/> times as many positions, and λ times the mean Kullback-Leibler divergence of the others'
        /// predictions from its own is added to the loss. The first prediction is taken as given there (Hinton, Vinyals and Dean 2015, with the network at more positions as its own
        /// teacher). Loss and base accuracy of the reports count the first ablation as the others. Needs a <see cref="MasksPerImage"/> of 2 or more and random ablations. Default 0.
        /// </summary>
        public double Distillation { get; set; }

        /// <summary>How many times as many positions the teacher of <see cref="Distillation"/> sees, from 1 to 1,000. Default 3.</summary>
        public double DistillationScale { get; set; } = 3;

        /// <summary>
        /// Whether the trained network's scores are the mean of those for the ablated image and for its mirror image, left and right exchanged. It votes half as fast, and somewhat better
        /// on photographs; on digits and letters, which have no mirror images of their class, it is worse. The training is the same; put
        /// <c>RandomCropFlip</c> before the ablation. Not with a <see cref="CustomNetwork"/>, PerMask or Bands. Default false.
        /// </summary>
        public bool MirrorScores { get; set; }

        /// <summary>Receives a report after every batch, on the training thread. Default null.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>
        /// Cancels <c>Fit</c> between two batches, with an <see cref="OperationCanceledException"/> unless
        /// <see cref="ReturnBestOnCancel"/> is set. Default: none.
        /// </summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>
        /// Whether <c>Fit</c> returns a model when its <see cref="CancellationToken"/> is cancelled: with the best weights so
        /// far, or, without rows held out, with the weights of the last completed epoch. Before the end of the first epoch it
        /// throws anyway. Default false.
        /// </summary>
        public bool ReturnBestOnCancel { get; set; }

        /// <summary>
        /// A file that receives the complete state of the training after every epoch, so that a stopped training can be resumed.
        /// Default null: none.
        /// </summary>
        /// <remarks>
        /// The file is replaced atomically, so it is always complete. If it exists, <c>Fit</c> resumes after its last epoch and
        /// results in the weights of a training without interruption, bit for bit on a processor with the same number of threads.
        /// An exception is a <see cref="CustomNetwork"/> with random numbers during training, such as those of dropout: the file
        /// does not contain the state of torch's generator, so the weights differ. The file remains after training, and a further
        /// <c>Fit</c> returns its result at once; delete it to train again. <c>Fit</c> throws an
        /// <see cref="InvalidOperationException"/> that names the differences if the file belongs to another training (options,
        /// seed, network, rows), an <see cref="InvalidDataException"/> if it is damaged, and an <see cref="IOException"/> if it
        /// cannot be written.
        /// </remarks>
        public string? CheckpointPath { get; set; }

        /// <summary>
        /// A CSV file with a line per epoch: epoch, loss, base accuracy, validation loss, validation base accuracy, learning rate
        /// of the last step, seconds. Default null: none.
        /// </summary>
        /// <remarks>
        /// The file is replaced atomically when training begins and after every epoch; its previous content is lost. A training
        /// resumed from <see cref="CheckpointPath"/> includes the lines of its earlier epochs, once each. Without rows held out,
        /// the validation cells are empty. <c>Fit</c> throws an <see cref="IOException"/> if the file cannot be written.
        /// </remarks>
        public string? HistoryPath { get; set; }

        /// <summary>The number format in which the fitted network scores. Default: Auto.</summary>
        public ScoringPrecision Precision { get; set; } = ScoringPrecision.Auto;

        /// <summary>The network that the options name.</summary>
        /// <param name="masked">The fixed masks of the training; null where ablations are random.</param>
        /// <exception cref="InvalidOperationException">The network is for fixed masks, and there are none.</exception>
        internal NetworkArchitecture ArchitectureFor(MaskedRows? masked)
        {
            NetworkArchitecture architecture = CustomNetwork is null ? NetworkArchitecture.Of(Network, masked) : AblationNetworks.Get(CustomNetwork);
            return MirrorScores ? architecture.Mirrored() : architecture;
        }

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
                $"null and names registered with AblationNetworks.Register ({AblationNetworks.Known()})");
            Check(CustomNetwork is null || !MixedPrecision, nameof(MixedPrecision), $"true with CustomNetwork '{CustomNetwork}'",
                "false, or a network that Network chooses");
            Check(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, string.Join(" and ", Enum.GetNames<TrainingOptimizer>()));
            Check(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<ScoringPrecision>()));
            Check(Enum.IsDefined(MaskSharing), nameof(MaskSharing), MaskSharing, string.Join(" and ", Enum.GetNames<MaskSharing>()));
            Check(LearningRate is null || LearningRate is > 0 and < double.PositiveInfinity, nameof(LearningRate), LearningRate,
                "null and numbers above 0");
            Check(Schedule is not null, nameof(Schedule), "null", "schedules such as LearningRateSchedule.OneCycle()");
            Check(Schedule!.WarmUpEpochs < Epochs, nameof(Schedule), $"{Schedule} in {Epochs} Epochs", "warm-ups shorter than the training");
            Check(WeightDecay is >= 0 and < double.PositiveInfinity, nameof(WeightDecay), WeightDecay, "numbers from 0");
            Check(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "0 to below 1");
            Check(MasksPerImage is >= 0 and <= 1024, nameof(MasksPerImage), MasksPerImage, "0 to 1,024");
            Check((long)MasksPerImage * BatchSize <= 65_536, nameof(MasksPerImage), $"{MasksPerImage} with batches of {BatchSize}",
                "at most 65,536 ablations in a step");
            Check(Consistency is >= 0 and < double.PositiveInfinity, nameof(Consistency), Consistency, "numbers from 0");
            Check(Consistency == 0 || MasksPerImage != 1, nameof(Consistency), FormattableString.Invariant($"{Consistency} with one ablation per image"),
                "0, or a MasksPerImage of 2 or more");
            Check(Distillation is >= 0 and < double.PositiveInfinity, nameof(Distillation), Distillation, "numbers from 0");
            Check(Distillation == 0 || MasksPerImage > 1, nameof(Distillation), FormattableString.Invariant($"{Distillation} with MasksPerImage {MasksPerImage}"),
                "0, or a MasksPerImage of 2 or more");
            Check(DistillationScale is >= 1 and <= 1000, nameof(DistillationScale), DistillationScale, "1 to 1,000");
            Check(ContestWeight is >= 0 and < double.PositiveInfinity, nameof(ContestWeight), ContestWeight, "numbers from 0");
            Check(ContestWeight == 0 || MasksPerImage != 1, nameof(ContestWeight),
                FormattableString.Invariant($"{ContestWeight} with one ablation per image"), "0, or a MasksPerImage of 2 or more");
            Check(ContestTarget is > 0.5 and <= 1, nameof(ContestTarget), ContestTarget, "above 0.5 to 1");
            Check(ContestPatch is null or >= 1, nameof(ContestPatch), ContestPatch, "null and numbers from 1");
            Check(ContestPatch is null || ContestWeight > 0, nameof(ContestPatch), $"{ContestPatch} with ContestWeight 0", "null, or a ContestWeight above 0");
            Check(Reconstruction is >= 0 and < double.PositiveInfinity, nameof(Reconstruction), Reconstruction, "numbers from 0");
            Check(Reconstruction == 0 || CustomNetwork is null, nameof(Reconstruction),
                FormattableString.Invariant($"{Reconstruction} with CustomNetwork '{CustomNetwork}'"), "0, or a network that Network chooses");
            Check(!MirrorScores || CustomNetwork is null && Network is not (ImageNetwork.PerMask or ImageNetwork.Bands), nameof(MirrorScores),
                CustomNetwork is null ? $"true with Network {Network}" : $"true with CustomNetwork '{CustomNetwork}'", "false, or another network of Network");
            Check(InitialRetainedScale is >= 0.01 and <= 1000, nameof(InitialRetainedScale), InitialRetainedScale, "0.01 to 1,000");
            Check(RetainedSpread is >= 1 and <= 1000, nameof(RetainedSpread), RetainedSpread, "1 to 1,000");
            Check(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "0 to below 1");
            Check(WeightAveraging is >= 0 and < 1, nameof(WeightAveraging), WeightAveraging, "0 to below 1");
            Check(GradientClipping is null or (> 0 and < double.PositiveInfinity), nameof(GradientClipping), GradientClipping,
                "null and numbers above 0");
            Check(Patience is null or >= 1, nameof(Patience), Patience, "null and numbers from 1");
            Check(Patience is null || ValidationFraction > 0, nameof(Patience), $"{Patience} with ValidationFraction 0",
                "null, or a ValidationFraction above 0");
            Check(CheckpointPath is not "", nameof(CheckpointPath), "empty", "null and the path of a file");
            Check(HistoryPath is not "", nameof(HistoryPath), "empty", "null and the path of a file");
            Check(HistoryPath is null || CheckpointPath is null || Path.GetFullPath(HistoryPath) != Path.GetFullPath(CheckpointPath),
                nameof(HistoryPath), $"'{HistoryPath}', the file of CheckpointPath", "null and the path of another file");
            return this with { };
        }

        /// <summary>Checks what the rows that come before the trainer decide.</summary>
        /// <exception cref="InvalidOperationException">An option is for random ablations, and masks are fixed, or the other way round; the message names it.</exception>
        internal void CheckFor(MaskedRows? masked)
        {
            if (masked is null)
            {
                if (MasksPerImage == 0)
                    throw new InvalidOperationException("MasksPerImage is 0, which means all fixed masks, but ablations are random; set it to 1 or more.");
                if (ContestPatch is not null)
                    throw new InvalidOperationException($"ContestPatch is {ContestPatch}, but ablations are random and certify no patches; leave it out, or use BandAblation or BlockAblation.");
                return;
            }
            string? random = this switch
            {
                { MaskSharing: MaskSharing.PerBatch } => "MaskSharing is PerBatch",
                { InitialRetainedScale: not 1 } => FormattableString.Invariant($"InitialRetainedScale is {InitialRetainedScale}"),
                { RetainedSpread: not 1 } => FormattableString.Invariant($"RetainedSpread is {RetainedSpread}"),
                { Distillation: not 0 } => FormattableString.Invariant($"Distillation is {Distillation}"),
                { Reconstruction: not 0 } => FormattableString.Invariant($"Reconstruction is {Reconstruction}"),
                _ => null,
            };
            if (random is not null)
                throw new InvalidOperationException($"{random}, which is for random ablations, but the masks before the trainer are fixed; leave it out.");
            if (MixedPrecision && Network == ImageNetwork.PerMask)
                throw new InvalidOperationException("MixedPrecision is true, but network PerMask computes in float32 alone; leave it out.");
            ImageShape shape = masked.Encoder.Shape;
            if (ContestPatch > Math.Min(shape.Height, shape.Width))
                throw new InvalidOperationException($"ContestPatch is {ContestPatch}, but images have {shape.Height} × {shape.Width} pixels; a patch has to fit into them.");
            if (ContestPatch is not null && MasksPerImage != 0)
                throw new InvalidOperationException($"ContestPatch is {ContestPatch} and MasksPerImage {MasksPerImage}, but a patch needs the answers to all masks; set MasksPerImage to 0.");
            if (MasksPerImage > masked.Family.Count)
                throw new InvalidOperationException($"MasksPerImage is {MasksPerImage}, but there are {masked.Family.Count} masks; allowed are 0, for all, to {masked.Family.Count}.");
        }

        private static void Check(bool allowed, string name, object? given, string range)
        {
            if (!allowed)
                throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {given}; allowed are {range}."));
        }
    }
}
