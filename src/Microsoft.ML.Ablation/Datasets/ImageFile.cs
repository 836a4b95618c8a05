namespace Microsoft.ML.Ablation.Datasets;

/// <summary>A row of <see cref="DatasetCatalog.LoadImageFolder"/>; the properties are its columns.</summary>
/// <param name="imagePath">The full path of the file.</param>
/// <param name="label">The name of the class.</param>
internal sealed class ImageFile(string imagePath, string label)
{
    public string ImagePath { get; } = imagePath;

    public string Label { get; } = label;
}
