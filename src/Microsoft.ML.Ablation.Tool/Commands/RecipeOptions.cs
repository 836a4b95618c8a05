using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>train</c> alone that say how to train; the trainer checks them.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<PaperRecipe?> _recipe = new ValueOption<PaperRecipe?>(ValueKind.Name<PaperRecipe>(), "--recipe")
    {
        Description = "One of the paper's trainings; options given with it override its values. Fewer --epochs do not move its milestones. "
            + "PaperCifar10 implies --crop 4 --flip, PaperImageNet --resized-crop --flip --normalize.",
    };

    private readonly OptimizerOptions _optimizer = new();

    private readonly Option<string?> _initialModel = new ValueOption<string?>(ValueKind.Input, "--initial-model")
    {
        Description = "A model file whose network is trained on, such as for another --k with a lower --learning-rate; the same network, images, --seed and --validation-share.",
    };

    private readonly Option<double?> _validationShare = new ValueOption<double?>(ValueKind.Number(0, 1, orMost: false), "--validation-share")
    {
        Description = "Share of the images held out, from 0 to below 1; the epoch that is best on them is kept [default: 0.05, or the recipe's]. Of a table, rows held out, of which up to 500 are certified [default there: 0.2].",
    };

    private readonly Option<int?> _masksPerImage = new ValueOption<int?>(ValueKind.Integer(0, 1024), "--masks-per-image")
    {
        Description = "Ablations of every image in a training step; 0 for all fixed masks [default: 1, with fixed masks 0].",
    };

    private readonly Option<MaskSharing?> _maskSharing = new ValueOption<MaskSharing?>(ValueKind.Name<MaskSharing>(), "--mask-sharing")
    {
        Description = "Whether every image has an ablation of its own in a training step, or all images of a batch share one, as in the paper [default: PerSample, or the recipe's].",
    };

    private readonly Option<double> _consistency = new ValueOption<double>(ValueKind.Number(0), "--consistency")
    {
        Description = "Weight of the term that makes the answers to an image's ablations agree; with --masks-per-image 2 or more [default: 0].",
    };

    private readonly Option<double?> _contestWeight = new ValueOption<double?>(ValueKind.Number(0), "--contest-weight")
    {
        Description = "Weight of the term that makes a class win its contests as rule Condorcet counts them, such as 10; with --masks-per-image 2 or "
            + "more [default: 0, with fixed masks 250, against patches 40, with network Bands 5].",
    };

    private readonly Option<double?> _contestTarget = new ValueOption<double?>(ValueKind.Number(0.5, 1, orLeast: false), "--contest-target")
    {
        Description = "With --contest-weight: the share of ablations that is enough to win a contest, above 0.5 to 1 [default: 0.9, with fixed masks 0.7].",
    };

    private readonly Option<int?> _contestPatch = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.ImageSide), "--contest-patch")
    {
        Description = "With --bands or --blocks: the side of the patch whose contests are to be won, 0 for none [default: 5].",
    };

    private readonly Option<double> _reconstruction = new ValueOption<double>(ValueKind.Number(0), "--reconstruction")
    {
        Description = "Weight of the term that makes the network reconstruct the whole image, such as 80 for MNIST [default: 0].",
    };

    private readonly Option<double> _initialRetainedScale = new ValueOption<double>(ValueKind.Number(0.01, 1_000), "--initial-retained-scale")
    {
        Description = "Retained pixels of the first epoch as a multiple of k; it goes to 1 over the first half of the epochs.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> _retainedSpread = new ValueOption<double>(ValueKind.Number(1, 1_000), "--retained-spread")
    {
        Description = "r: every ablation retains a number of pixels of its own, from k / r to k times r, so that the model can be certified at any --k between.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> _distillation = new ValueOption<double>(ValueKind.Number(0), "--distillation")
    {
        Description = "Weight of the term that makes predictions like that for the first ablation of an image, which shows more pixels; needs --masks-per-image [default: 0].",
    };

    private readonly Option<double?> _distillationScale = new ValueOption<double?>(ValueKind.Number(1, 1_000), "--distillation-scale")
    {
        Description = "With --distillation: how many times as many pixels the first ablation shows [default: 3].",
    };

    private readonly Option<bool> _mirrorScores = new ValueOption<bool>(ValueKind.Flag, "--mirror-scores")
    {
        Description = "Vote by the mean of the scores of an ablated image and its mirror image: for photographs, half as fast.",
    };

    private readonly Option<double> _labelSmoothing = new ValueOption<double>(ValueKind.Number(0, 1, orMost: false), "--label-smoothing")
    {
        Description = "Share of the label that is spread over all classes, from 0 to below 1 [default: 0].",
    };

    private readonly Option<double> _weightAveraging = new ValueOption<double>(ValueKind.Number(0, 1, orMost: false), "--weight-averaging")
    {
        Description = "Decay per step of a moving average of the weights, from 0 to below 1, such as 0.999 [default: 0, none].",
    };

    private readonly Option<double?> _gradientClipping = new ValueOption<double?>(ValueKind.Number(0, orLeast: false), "--gradient-clipping")
    {
        Description = "Largest norm of the gradient, above 0 [default: no limit].",
    };

    private readonly Option<int?> _patience = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Epochs), "--patience")
    {
        Description = "Epochs without a better validation after which training ends [default: never].",
    };

    private readonly Option<string?> _checkpoint = new ValueOption<string?>(ValueKind.Output, "--checkpoint")
    {
        Summary = "Keep the state after every epoch there, and resume from it",
        Description = "A file that keeps the state after every epoch; where it exists, training resumes from it.",
    };

    private readonly Option<string?> _history = new ValueOption<string?>(ValueKind.File(".csv"), "--history") { Description = "A CSV file that receives a line per epoch." };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Training, _recipe, _initialModel, _masksPerImage, _maskSharing, _patience);
        _optimizer.AddTo(command);
        command.AddOptions(HelpGroup.Data, _validationShare);
        command.AddOptions(HelpGroup.Loss, _consistency, _contestWeight, _contestTarget, _contestPatch, _reconstruction, _distillation, _distillationScale, _labelSmoothing);
        command.AddOptions(HelpGroup.Ablation, _initialRetainedScale, _retainedSpread);
        command.AddOptions(HelpGroup.Optimizer, _weightAveraging, _gradientClipping);
        command.AddOptions(HelpGroup.Votes, _mirrorScores);
        command.AddOptions(HelpGroup.Output, _checkpoint, _history);
    }

    /// <summary>The settings of the recipe that was given, else the trainer's own.</summary>
    public TrainingSettings Start(ParseResult parsed) => parsed.GetValue(_recipe) switch
    {
        PaperRecipe.PaperMnist => new TrainingSettings { Trainer = TrainingRecipes.PaperMnist() },
        PaperRecipe.PaperCifar10 => new TrainingSettings { Trainer = TrainingRecipes.PaperCifar10(), Crop = 4, Flip = true },
        PaperRecipe.PaperImageNet => new TrainingSettings { Trainer = TrainingRecipes.PaperImageNet(), ResizedCrop = true, Flip = true, Normalize = true },
        _ => new TrainingSettings(),
    };

    /// <summary>The option that says how many epochs there are, where one does so beside <c>--epochs</c>: a recipe, or a state to resume from; null for none.</summary>
    public string? GivenLength(ParseResult parsed) => parsed.GetValue(_recipe) is not null ? _recipe.Name : parsed.GetValue(_checkpoint) is not null ? _checkpoint.Name : null;

    /// <summary>The recipe's network; null where none is given.</summary>
    public ImageNetwork? Network(ParseResult parsed) => parsed.GetValue(_recipe) is null ? null : Start(parsed).Trainer.Network;

    /// <summary>The share of rows to hold out; null where nothing is said of it.</summary>
    public double? ValidationShare(ParseResult parsed) => parsed.GetValue(_validationShare);

    /// <summary>The model that is trained on; null for a new one.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model.</exception>
    public ITransformer? LoadInitialModel(ParseResult parsed, MLContext ml) => parsed.GetValue(_initialModel) is { } path ? ModelFile.Load(ml, path) : null;

    /// <summary>Sets what is given on the command line.</summary>
    /// <exception cref="ArgumentException">Options contradict each other or a number is out of its range.</exception>
    public void Apply(ParseResult parsed, AblatedImageClassificationTrainer.Options trainer)
    {
        _optimizer.Apply(parsed, trainer);
        trainer.ValidationFraction = parsed.GetValue(_validationShare) ?? trainer.ValidationFraction;
        trainer.MasksPerImage = parsed.GetValue(_masksPerImage) ?? trainer.MasksPerImage;
        trainer.MaskSharing = parsed.GetValue(_maskSharing) ?? trainer.MaskSharing;
        trainer.Consistency = parsed.GetValue(_consistency);
        trainer.ContestWeight = parsed.GetValue(_contestWeight) ?? trainer.ContestWeight;
        if (parsed.GetValue(_contestTarget) is { } target)
            trainer.ContestTarget = trainer.ContestWeight > 0 ? target : throw new ArgumentException(
                "--contest-target needs --contest-weight; give both, such as --contest-weight 10.");
        if (parsed.GetValue(_contestPatch) is { } side)
            trainer.ContestPatch = side == 0 ? null : side;
        trainer.Reconstruction = parsed.GetValue(_reconstruction);
        trainer.InitialRetainedScale = parsed.GetValue(_initialRetainedScale);
        trainer.RetainedSpread = parsed.GetValue(_retainedSpread);
        trainer.Distillation = parsed.GetValue(_distillation);
        if (parsed.GetValue(_distillationScale) is { } scale)
            trainer.DistillationScale = trainer.Distillation > 0 ? scale : throw new ArgumentException(
                "--distillation-scale needs --distillation; give both, such as --distillation 1.");
        trainer.MirrorScores = parsed.GetValue(_mirrorScores);
        trainer.LabelSmoothing = parsed.GetValue(_labelSmoothing);
        trainer.WeightAveraging = parsed.GetValue(_weightAveraging);
        trainer.GradientClipping = parsed.GetValue(_gradientClipping);
        trainer.Patience = parsed.GetValue(_patience);
        trainer.CheckpointPath = parsed.GetValue(_checkpoint);
        trainer.HistoryPath = parsed.GetValue(_history);
    }
}

/// <summary>The paper's trainings, as <see cref="TrainingRecipes"/> has them.</summary>
internal enum PaperRecipe
{
    PaperMnist,
    PaperCifar10,
    PaperImageNet,
}
