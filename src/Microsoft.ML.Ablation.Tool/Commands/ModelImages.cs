using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Which images a model was trained on: files, whose paths it takes, or rows of pixels.</summary>
/// <param name="Path">The model file.</param>
/// <param name="TakesFiles">Whether it takes paths of files; null where that is not known.</param>
/// <param name="Classes">The names of its classes; empty where they are not known.</param>
internal sealed record ModelImages(string Path, bool? TakesFiles, IReadOnlyList<string> Classes)
{
    /// <summary>How its training divided the images; null where its file does not say it.</summary>
    public RowDivision? Division { get; private init; }

    private const string FileColumn = "ImagePath";

    /// <summary>What a model's file says.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="model">The model.</param>
    /// <param name="schema">The schema that it takes; null where its file has none.</param>
    public static ModelImages Of(string path, ITransformer model, DataViewSchema? schema)
    {
        if (schema is null)
            return new ModelImages(path, null, []);
        DataViewSchema.Column? scores = model.GetOutputSchema(schema).GetColumnOrNull("Score");
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (scores?.HasSlotNames() == true)
            scores.Value.GetSlotNames(ref names);
        return new ModelImages(path, schema.GetColumnOrNull(FileColumn) is not null, [.. names.DenseValues().Select(name => name.ToString())])
        {
            Division = RowDivision.Of(schema),
        };
    }

    /// <summary>Refuses to look for images in the usual places where the model takes files of its user's.</summary>
    /// <param name="isNamed">Whether the user named the images.</param>
    /// <exception cref="ArgumentException">They have to be named.</exception>
    public void RequireNamed(bool isNamed)
    {
        if (TakesFiles == true && !isNamed)
            throw new ArgumentException($"'{Path}' was trained on {Described}; give --data with a folder that has a folder of image files for each class.");
    }

    /// <summary>Refuses images that are not what the model takes.</summary>
    /// <exception cref="InvalidDataException">They are files, and the model takes pixels; or the other way.</exception>
    public void Require(ImageData images)
    {
        bool areFiles = images.ListClasses is not null;
        if (TakesFiles is { } files && files != areFiles)
        {
            throw new InvalidDataException($"'{Path}' was trained on {Described}, but {images.Name} {(areFiles ? "has image files" : "has rows of pixels")}; give --data with "
                + $"{(files ? "a folder that has a folder of image files for each class" : "images like those of the training")}.");
        }
    }

    private string Described => $"{(TakesFiles == true ? "image files" : "rows of pixels")}{(Classes.Count > 0 ? $" of {Classes.Count} classes, {ImageFolder.Listed([.. Classes])}" : "")}";
}
