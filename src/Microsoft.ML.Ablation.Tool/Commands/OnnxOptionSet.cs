using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that take a classifier from an ONNX file, behind k random pixels.</summary>
internal sealed class OnnxOptionSet
{
    private const int Seed = 1;

    private readonly Option<string?> _onnx = new ValueOption<string?>(ValueKind.Input, "--onnx")
    {
        Summary = "In place of --model: an ONNX file, with --k",
        Description = "Instead of --model: an ONNX file that takes ablated images and scores their classes, with --k.",
    };

    private readonly Option<AblationEncoding> _encoding = new ValueOption<AblationEncoding>(ValueKind.Name(AblationEncoding.Complement, AblationEncoding.Mean), "--encoding")
    {
        Description = "With --onnx: how NULL is shown, Complement to a file of twice as many channels, Mean, the mean of the training images, to others.",
        DefaultValueFactory = _ => AblationEncoding.Complement,
    };

    private readonly Option<OnnxLayout> _layout = new ValueOption<OnnxLayout>(ValueKind.Name<OnnxLayout>(), "--layout") { Description = "With --onnx: the order of its input." };

    private readonly Option<OnnxScores> _scores = new ValueOption<OnnxScores>(ValueKind.Name<OnnxScores>(), "--scores") { Description = "With --onnx: what its scores are." };

    private readonly Option<string?> _output = new ValueOption<string?>(ValueKind.Text, "--output-name") { Description = "With --onnx: the output that has the scores [default: the only one that can]." };

    private readonly Option<float[]?> _means = new ValueOption<float[]?>(ValueKind.Numbers(double.MinValue, orLeast: true, "0.485,0.456,0.406"), "--means")
    {
        Description = "With --onnx: what is subtracted from encoded values, one number or one for each channel [default: 0].",
    };

    private readonly Option<float[]?> _deviations = new ValueOption<float[]?>(ValueKind.Numbers(0, orLeast: false, "0.229,0.224,0.225"), "--deviations")
    {
        Description = "With --onnx: what they are divided by then; 0.00392157 for a file that takes 0 to 255 [default: 1].",
    };

    private readonly Option<bool> _integers = new ValueOption<bool>(ValueKind.Flag, "--integers")
    {
        Description = "With --onnx: compute in 8-bit integers, with ranges from ablations of training images.",
    };

    private readonly ImageFileOptions _files = new();

    private Option[] Others => [_encoding, _layout, _scores, _output, _means, _deviations, _integers];

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Onnx, [_onnx, .. Others]);
        _files.AddTo(command);
    }

    /// <summary>The file; null where none is given.</summary>
    public string? PathOf(ParseResult parsed) => parsed.GetValue(_onnx);

    /// <exception cref="ArgumentException">An option is given that needs <c>--onnx</c>.</exception>
    public void RefuseWithoutFile(ParseResult parsed)
    {
        if (Others.Concat(_files.All).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
            throw new ArgumentException($"{useless.Name} is for --onnx; give both, or leave it out.");
    }

    /// <summary>A certified pipeline around the file.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ml">The context.</param>
    /// <param name="images">Training images give the classes, the mean and the ranges of integers.</param>
    /// <param name="k">Retained pixels.</param>
    /// <param name="console">Says what the log has to say.</param>
    public ITransformer Fit(ParseResult parsed, MLContext ml, ImageData images, int k, ToolConsole console)
    {
        var options = new OnnxClassifierOptions
        {
            Layout = parsed.GetValue(_layout),
            Scores = parsed.GetValue(_scores),
            OutputName = parsed.GetValue(_output),
            Means = parsed.GetValue(_means) is { Length: > 0 } means ? means : null,
            Deviations = parsed.GetValue(_deviations) is { Length: > 0 } deviations ? deviations : null,
            Precision = parsed.GetValue(_integers) ? OnnxPrecision.Int8 : OnnxPrecision.AsStored,
        };
        TrainingSettings settings = _files.Apply(parsed, new TrainingSettings(), images);
        IEstimator<ITransformer> classifier = ml.Transforms.RandomAblation(k, encoding: parsed.GetValue(_encoding), seed: Seed)
            .Append(ml.MulticlassClassification.Trainers.OnnxClassifier(PathOf(parsed)!, options));
        console.Say(FormattableString.Invariant($"Base classifier: '{PathOf(parsed)}', k = {k}."));
        return Preparation.Build(ml, settings).Append(ml.Transforms.SmoothedCertifier(classifier, new SmoothedCertifierOptions { Seed = Seed })).Fit(images.TakeTrain(null));
    }

    /// <summary>What identifies the classifier, as the hash of a file identifies a model.</summary>
    public string Hash(ParseResult parsed) => FileHash.OfText(string.Join('\n', Others.Concat(_files.All)
        .Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => $"{option.Name} {string.Join(' ', parsed.GetResult(option)!.Tokens)}").Prepend(FileHash.Of(PathOf(parsed)!))));
}
