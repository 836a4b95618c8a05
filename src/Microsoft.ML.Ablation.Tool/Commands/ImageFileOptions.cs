using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how image files become rows of a new model, which remembers them.</summary>
internal sealed class ImageFileOptions
{
    private readonly Option<int?> _size = new ValueOption<int?>(ValueKind.Integer(4, OptionLimits.ImageSide), "--image-size")
    {
        Description = "Height and width to which image files are resized [default: that of small files, else the nearest of 32, 48, 64, 96, 128, 160 and 224].",
    };

    private readonly Option<string?> _classes = new ValueOption<string?>(ValueKind.Input, "--classes")
    {
        Description = "File with all classes in order, for class folders of image files: a line begins with the name of a folder, which ends at a tab or where the "
            + "folder's own name does [default: the existing folders].",
    };

    public Option[] All => [_size, _classes];

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Data, All);
    }

    /// <summary>The settings for these images.</summary>
    /// <exception cref="ArgumentException">An option is given, but the images are no files.</exception>
    public TrainingSettings Apply(ParseResult parsed, TrainingSettings settings, ImageData images)
    {
        (int? size, string? classes) = (parsed.GetValue(_size), parsed.GetValue(_classes));
        if (images.ListClasses is null && (size is not null || classes is not null))
        {
            throw new ArgumentException(
                $"--image-size and --classes are for class folders of image files (--data), not for {images.Name}; leave them out.");
        }
        return Apply(settings, images, size, classes);
    }

    /// <summary>The settings for a command without these options.</summary>
    public static TrainingSettings ApplyDefaults(TrainingSettings settings, ImageData images) => Apply(settings, images, size: null, classes: null);

    private static TrainingSettings Apply(TrainingSettings settings, ImageData images, int? size, string? classes)
    {
        if (images.ListClasses is null)
            return settings;
        IReadOnlyList<string> folders = images.ListClasses();
        return settings with
        {
            ImageFiles = new ImageFileSettings(size ?? images.Survey.Size, classes is null ? folders : ClassFile.Read(classes, folders)),
        };
    }
}

/// <summary>How image files become rows.</summary>
/// <param name="Size">Height and width of the images that the network sees.</param>
/// <param name="Classes">The names of all classes in the order of their keys.</param>
internal sealed record ImageFileSettings(int Size, IReadOnlyList<string> Classes);
