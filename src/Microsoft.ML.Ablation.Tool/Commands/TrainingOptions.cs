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

    private readonly Option<int> _batch = new("--batch-size")
    {
        Description = "Images per training step.",
        DefaultValueFactory = _ => 128,
    };

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seed of training and of the ablations that vote.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _trainRows = new("--train-rows") { Description = "Use only the first N training images." };

    private readonly Option<int> _crop = new("--crop") { Description = "Move training images by up to so many pixels each time [default: 0]." };

    private readonly Option<bool> _flip = new("--flip") { Description = "Mirror training images half of the times." };

    private readonly Option<bool> _resizedCrop = new("--resized-crop")
    {
        Description = "Train on random parts of the images, resized, as usual for ImageNet; image files are then certified by their centre.",
    };

    private readonly Option<bool> _normalize = new("--normalize")
    {
        Description = "Normalise red, green and blue with ImageNet's means and standard deviations.",
    };

    private readonly Option<bool> _mixed = new("--mixed-precision") { Description = "Train in bfloat16 where that loses little." };

    private readonly Option<ImageNetwork> _network = new("--network") { Description = "The network [default: Convolutional, the paper's for MNIST]." };

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
        command.Options.Add(_network);
        command.Options.Add(_precision);
    }

    public TrainingSettings Read(ParseResult parsed, int defaultEpochs) => new()
    {
        RetainedPixels = parsed.GetValue(_k),
        Epochs = parsed.GetValue(_epochs) ?? defaultEpochs,
        BatchSize = parsed.GetValue(_batch),
        Seed = parsed.GetValue(Seed),
        TrainRows = parsed.GetValue(_trainRows),
        Crop = parsed.GetValue(_crop),
        Flip = parsed.GetValue(_flip),
        ResizedCrop = parsed.GetValue(_resizedCrop),
        Normalize = parsed.GetValue(_normalize),
        MixedPrecision = parsed.GetValue(_mixed),
        Network = parsed.GetValue(_network),
        Precision = parsed.GetValue(_precision),
    };
}

/// <summary>How to train.</summary>
internal sealed record TrainingSettings
{
    public required int RetainedPixels { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required int Seed { get; init; }

    public required int? TrainRows { get; init; }

    public required int Crop { get; init; }

    public required bool Flip { get; init; }

    public required bool ResizedCrop { get; init; }

    public required bool Normalize { get; init; }

    public required bool MixedPrecision { get; init; }

    public required ImageNetwork Network { get; init; }

    public required ScoringPrecision Precision { get; init; }

    /// <summary>How image files become rows; null where rows hold pixels.</summary>
    public ImageFileSettings? ImageFiles { get; init; }

    public double LabelSmoothing { get; init; }

    public double WeightAveraging { get; init; }

    public double? GradientClipping { get; init; }

    public int? Patience { get; init; }

    /// <summary>Where the state of the training is kept; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>The CSV file with a line per epoch; null for none.</summary>
    public string? HistoryPath { get; init; }
}
