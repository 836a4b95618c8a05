using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say which images to use.</summary>
internal sealed class DataOptions
{
    private const string Folder = "A folder of images";

    private readonly ValueOption<string?> _data = new ValueOption<string?>(ValueKind.Input, "--data")
    {
        Summary = Folder,
        Description = Folder + " [default: MNIST from ABLATION_DATA, else a download, else generated digits]. "
            + "A folder has one folder of image files per class, or two such folders train and test (or val, valid, validation; test is certified where both are there); "
            + "or the files of MNIST, Fashion-MNIST (or a subfolder mnist with them) or CIFAR-10's binary version (or a subfolder cifar-10-batches-bin).",
    };

    private readonly Option<bool> _generated = new ValueOption<bool>(ValueKind.Flag, "--generated") { Summary = "Generated digits in place of images", Description = "Use the generated digits." };

    private readonly Option<bool> _offline = new ValueOption<bool>(ValueKind.Flag, "--offline") { Description = "Never download anything." };

    private readonly Option<string?> _images = new ValueOption<string?>(ValueKind.Input, "--images") { Description = "IDX file with images of your own (with --labels)." };

    private readonly Option<string?> _labels = new ValueOption<string?>(ValueKind.Input, "--labels") { Description = "IDX file with their labels." };

    /// <param name="command">Receives the options.</param>
    /// <param name="ownFiles">Whether the user can give images of their own.</param>
    /// <param name="tables">Whether the command takes tables too.</param>
    /// <param name="downloads">Whether the command may download images.</param>
    public void AddTo(CliCommand command, bool ownFiles, bool tables = false, bool downloads = true)
    {
        if (!downloads)
            _data.Description = _data.Description!.Replace(", else a download", "", StringComparison.Ordinal);
        if (tables)
        {
            _data.Summary += $", or a table: {string.Join(", ", DelimitedFile.Endings)}";
            _data.Description = _data.Description!.Replace(Folder, $"{_data.Summary} whose first line names the columns", StringComparison.Ordinal);
        }
        command.AddOptions(HelpGroup.Data, _data, _generated);
        if (downloads)
            command.AddOptions(HelpGroup.Data, _offline);
        if (!ownFiles)
            return;
        command.AddOptions(HelpGroup.Data, _images, _labels);
    }

    /// <summary>Whether the images are named, not left to what is found.</summary>
    public bool AnyGiven(ParseResult parsed)
        => parsed.GetValue(_data) is not null || parsed.GetValue(_images) is not null || parsed.GetValue(_labels) is not null || parsed.GetValue(_generated);

    /// <summary>The table that is named in place of images; null where none is.</summary>
    public string? TableOf(ParseResult parsed) => parsed.GetValue(_data) is { } path && DelimitedFile.IsTable(path) ? path : null;

    /// <summary>The options as they were given, for a command on the same images: each with a space before it.</summary>
    public string Given(ParseResult parsed)
    {
        var given = new StringBuilder();
        foreach (Option<string?> option in (Option<string?>[])[_data, _images, _labels])
        {
            if (parsed.GetValue(option) is { } value)
                given.Append(CultureInfo.InvariantCulture, $" {option.Name} {CommandText.Quote(value)}");
        }
        return parsed.GetValue(_generated) ? given.Append(CultureInfo.InvariantCulture, $" {_generated.Name}").ToString() : given.ToString();
    }

    /// <summary>Finds images for a model and says on stderr which they are.</summary>
    /// <exception cref="ArgumentException">The model takes image files, and none are named.</exception>
    /// <exception cref="InvalidDataException">The images are not what the model takes.</exception>
    public async Task<ImageData> ResolveAsync(ParseResult parsed, MLContext ml, ToolConsole console, ModelImages model, CancellationToken cancellation)
    {
        model.RequireNamed(AnyGiven(parsed));
        ImageData images = await ResolveAsync(parsed, ml, console, cancellation);
        model.Require(images);
        return images;
    }

    /// <summary>Commands that have no such option never download.</summary>
    private bool MayDownload(ParseResult parsed) => parsed.CommandResult.Command.Options.Contains(_offline) && !parsed.GetValue(_offline);

    /// <summary>Finds the images and says on stderr which they are.</summary>
    public async Task<ImageData> ResolveAsync(ParseResult parsed, MLContext ml, ToolConsole console, CancellationToken cancellation)
    {
        string? images = parsed.GetValue(_images), labels = parsed.GetValue(_labels), folder = parsed.GetValue(_data);
        bool generated = parsed.GetValue(_generated);
        if ((images is null) != (labels is null))
            throw new ArgumentException("--images and --labels belong together; give both or neither.");
        if (new[] { images is not null, folder is not null, generated }.Count(given => given) > 1)
            throw new ArgumentException("Give only one of --data, --generated and --images with --labels.");
        if (images is not null)
        {
            IDataView own = ml.Data.LoadIdx(images, labels!);
            console.Say($"Data: '{images}'.");
            return new ImageData(images, () => own, count => count is { } rows ? ml.Data.Cache(ml.Data.TakeRows(own, rows)) : own, IsGenerated: false);
        }
        DatasetSource source = generated
            ? DatasetSource.Generated
            : await DatasetSource.ResolveAsync(DatasetRequest.FromEnvironment(folder, MayDownload(parsed)),
                cancellationToken: cancellation);
        console.Say($"Data: {source.Name} {source.Why}.");
        return new ImageData(source.Name, () => source.LoadTest(ml), count => source.LoadTrain(ml, count), source.IsGenerated)
        {
            ListClasses = source.ListClasses,
            HasTest = source.HasTest,
        };
    }
}

/// <summary>Images to train on and to certify.</summary>
/// <param name="Name">Their name in results.</param>
/// <param name="LoadTest">All test images.</param>
/// <param name="TakeTrain">The first images of the training set, all for null; can be shuffled.</param>
/// <param name="IsGenerated">Whether they are the generated digits.</param>
internal sealed record ImageData(string Name, Func<IDataView> LoadTest, Func<int?, IDataView> TakeTrain, bool IsGenerated)
{
    private readonly Lazy<ImageFileSurvey> _survey = new(() => ImageFileSurvey.Of(TakeTrain(null)));

    /// <summary>What the files to train on look like, where images are files in class folders.</summary>
    public ImageFileSurvey Survey => _survey.Value;

    /// <summary>Whether the test images are others than the training images.</summary>
    public bool HasTest { get; init; }

    /// <summary>The names of the classes, where images are files in class folders; null where rows hold pixels.</summary>
    public Func<IReadOnlyList<string>>? ListClasses { get; init; }
}
