using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>demo</c> and <c>train</c> that say how to train.</summary>
internal sealed class TrainingOptions
{
    /// <summary>The options that say which ablations there are.</summary>
    public AblationOptionSet Ablations { get; } = new();

    private readonly Option<int?> _epochs = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Epochs), "--epochs")
    {
        Summary = "Passes over the training data",
        Description = "Passes over the training data [default: 20; demo on generated digits: 8].",
    };

    private readonly Option<int?> _batch = new ValueOption<int?>(ValueKind.Integer(1, 65536), "--batch-size") { Description = "Images per training step [default: 128, of less than 2000 image files 32]." };

    public Option<int> Seed { get; } = new ValueOption<int>(ValueKind.Integer(int.MinValue, int.MaxValue), "--seed")
    {
        Description = "Seed of training, and without --secret-seed of the ablations that vote.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _trainRows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.RowsInMemory), "--train-rows") { Description = "Use only the first N training images." };

    private readonly Option<int?> _crop = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.ImageSide), "--crop") { Description = "Shift training images at random by up to this many pixels [default: 0]." };

    private readonly Option<bool?> _flip = new ValueOption<bool?>(ValueKind.Flag, "--flip") { Description = "Mirror training images at random, half of the time." };

    private readonly Option<bool?> _resizedCrop = new ValueOption<bool?>(ValueKind.Flag, "--resized-crop")
    {
        Description = "Train on random parts of the images, resized, as usual for ImageNet; image files are then certified by their centre.",
    };

    private readonly Option<bool?> _normalize = new ValueOption<bool?>(ValueKind.Flag, "--normalize")
    {
        Description = "Normalise red, green and blue with ImageNet's means and standard deviations.",
    };

    private readonly Option<bool> _mixed = new ValueOption<bool>(ValueKind.Flag, "--mixed-precision") { Description = "Train in bfloat16 where that loses little. In float32 on processors that bfloat16 slows down." };

    private readonly Option<AblationEncoding> _encoding = new ValueOption<AblationEncoding>(ValueKind.Name(AblationEncoding.Complement, AblationEncoding.Mean), "--encoding")
    {
        Description = "How NULL is shown: Complement, twice as many channels, or Mean, the mean of the training images.",
        DefaultValueFactory = _ => AblationEncoding.Complement,
    };

    private readonly Option<ImageNetwork?> _network = new ValueOption<ImageNetwork?>(ValueKind.Name<ImageNetwork>(), "--network") { Summary = "The network", Description = "The network [default: NormalizedConvolutional, with fixed masks PerMask, or the recipe's]." };

    private readonly Option<ScoringPrecision> _precision = new ValueOption<ScoringPrecision>(ValueKind.Name<ScoringPrecision>(), "--precision")
    {
        Description = "Number format in which the network votes [default: Auto, Int8 where a processor trains and BFloat16 where a GPU does; Float32 with PerMask and Bands].",
    };

    public void AddTo(CliCommand command)
    {
        Ablations.AddTo(command);
        command.AddOptions(HelpGroup.Training, _epochs, _batch, Seed);
        command.AddOptions(HelpGroup.Data, _trainRows);
        command.AddOptions(HelpGroup.Augmentation, _crop, _flip, _resizedCrop, _normalize);
        command.AddOptions(HelpGroup.Training, _mixed, _encoding, _network, _precision);
    }

    /// <summary>Whether the number of epochs is given.</summary>
    public bool HasEpochs(ParseResult parsed) => parsed.GetValue(_epochs) is not null;

    /// <summary>The network that is given; null for the usual one.</summary>
    public ImageNetwork? Network(ParseResult parsed) => parsed.GetValue(_network);

    /// <summary>The given settings, with what was given on the command line in their place.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="usual">What suits the images where nothing is given; null for the usual k.</param>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    public TrainingSettings Apply(ParseResult parsed, TrainingSettings settings, UsualTraining? usual = null)
    {
        AblatedImageClassificationTrainer.Options trainer = settings.Trainer;
        AblationChoice ablations = Ablations.Read(parsed, parsed.GetValue(Seed), usual?.Ablations);
        ablations.SetDefaults(trainer, parsed.GetValue(_network));
        trainer.Epochs = parsed.GetValue(_epochs) ?? trainer.Epochs;
        trainer.BatchSize = parsed.GetValue(_batch) ?? usual?.BatchSize ?? trainer.BatchSize;
        trainer.Network = parsed.GetValue(_network) ?? trainer.Network;
        trainer.MixedPrecision = parsed.GetValue(_mixed);
        trainer.Precision = parsed.GetValue(_precision);
        trainer.Seed = parsed.GetValue(Seed);
        settings = settings with
        {
            Ablations = ablations,
            Encoding = parsed.GetValue(_encoding),
            Seed = parsed.GetValue(Seed),
            TrainRows = parsed.GetValue(_trainRows) ?? settings.TrainRows,
            Crop = parsed.GetValue(_crop) ?? settings.Crop,
            Flip = parsed.GetValue(_flip) ?? settings.Flip,
            ResizedCrop = parsed.GetValue(_resizedCrop) ?? settings.ResizedCrop,
            Normalize = parsed.GetValue(_normalize) ?? settings.Normalize,
        };
        return settings is { ResizedCrop: true, Crop: > 0 } ? throw new ArgumentException("Give only one of --crop and --resized-crop.") : settings;
    }
}
