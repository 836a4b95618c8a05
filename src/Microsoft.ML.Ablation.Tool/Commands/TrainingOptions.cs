using System.CommandLine;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>demo</c> and <c>train</c> that say how to train.</summary>
internal sealed class TrainingOptions
{
    private readonly Option<int> _k = new("--k", "-k")
    {
        Description = "Retained pixels, from 1 to the number of pixels.",
        DefaultValueFactory = _ => 45,
    };

    private readonly Option<int?> _epochs = new("--epochs")
    {
        Description = "Passes over the training data [default: 20; demo on generated digits: 8].",
    };

    private readonly Option<int?> _batch = new("--batch-size") { Description = "Images per training step [default: 128]." };

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seed of training and of the ablations that vote.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _trainRows = new("--train-rows") { Description = "Use only the first N training images." };

    private readonly Option<int?> _crop = new("--crop") { Description = "Move training images by up to so many pixels each time [default: 0]." };

    private readonly Option<bool?> _flip = new("--flip") { Description = "Mirror training images half of the times." };

    private readonly Option<bool?> _resizedCrop = new("--resized-crop")
    {
        Description = "Train on random parts of the images, resized, as usual for ImageNet; image files are then certified by their centre.",
    };

    private readonly Option<bool?> _normalize = new("--normalize")
    {
        Description = "Normalise red, green and blue with ImageNet's means and standard deviations.",
    };

    private readonly Option<bool> _mixed = new("--mixed-precision") { Description = "Train in bfloat16 where that loses little." };

    private readonly Option<AblationEncoding> _encoding = new("--encoding")
    {
        Description = "How NULL is shown: Complement, twice as many channels, or Mean, the mean of the training images.",
        DefaultValueFactory = _ => AblationEncoding.Complement,
    };

    private readonly Option<ImageNetwork?> _network = new("--network") { Description = "The network [default: NormalizedConvolutional, or the recipe's]." };

    private readonly Option<ScoringPrecision> _precision = new("--precision")
    {
        Description = "Number format in which the network votes [default: Auto, the fastest of the machine that trains].",
    };

    public void AddTo(CliCommand command)
    {
        _epochs.MustBeAtLeast(1);
        _trainRows.MustBeAtLeast(1);
        command.Options.Add(_k);
        command.Options.Add(_epochs);
        command.Options.Add(_batch);
        command.Options.Add(Seed);
        command.Options.Add(_trainRows);
        _crop.MustBeAtLeast(0);
        command.Options.Add(_crop);
        command.Options.Add(_flip);
        command.Options.Add(_resizedCrop);
        command.Options.Add(_normalize);
        command.Options.Add(_mixed);
        _encoding.AcceptOnlyFromAmong(nameof(AblationEncoding.Complement), nameof(AblationEncoding.Mean));
        command.Options.Add(_encoding);
        command.Options.Add(_network);
        command.Options.Add(_precision);
    }

    /// <summary>The given settings, with what was given on the command line in their place.</summary>
    public TrainingSettings Apply(ParseResult parsed, TrainingSettings settings)
    {
        AblatedImageClassificationTrainer.Options trainer = settings.Trainer;
        trainer.Epochs = parsed.GetValue(_epochs) ?? trainer.Epochs;
        trainer.BatchSize = parsed.GetValue(_batch) ?? trainer.BatchSize;
        trainer.Network = parsed.GetValue(_network) ?? trainer.Network;
        trainer.MixedPrecision = parsed.GetValue(_mixed);
        trainer.Precision = parsed.GetValue(_precision);
        trainer.Seed = parsed.GetValue(Seed);
        return settings with
        {
            RetainedPixels = parsed.GetValue(_k),
            Encoding = parsed.GetValue(_encoding),
            Seed = parsed.GetValue(Seed),
            TrainRows = parsed.GetValue(_trainRows) ?? settings.TrainRows,
            Crop = parsed.GetValue(_crop) ?? settings.Crop,
            Flip = parsed.GetValue(_flip) ?? settings.Flip,
            ResizedCrop = parsed.GetValue(_resizedCrop) ?? settings.ResizedCrop,
            Normalize = parsed.GetValue(_normalize) ?? settings.Normalize,
        };
    }
}
