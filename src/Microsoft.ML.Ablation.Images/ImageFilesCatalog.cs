using System.Drawing;
using Microsoft.ML.Ablation.Images;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Adds the loading of image files to ML.NET's catalog of transforms.</summary>
public static class ImageFilesCatalog
{
    /// <summary>
    /// Loads image files as a viewer shows them, for ML.NET's <c>ResizeImages</c> and <c>ExtractPixels</c> to go on with: upright, on a
    /// background where they are transparent, and whole or refused by name. It stands for <c>CheckImageFiles</c> and ML.NET's
    /// <c>LoadImages</c>, which shows transparent pixels as black, knows no orientation, and names no file.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column that receives the images.</param>
    /// <param name="inputColumnName">The text column with the full paths, as <c>LoadImageFolder</c> gives it.</param>
    /// <param name="background">The colour behind transparent pixels, itself not transparent. Default (null): white.</param>
    /// <exception cref="ArgumentException">A name is empty, or the background is transparent.</exception>
    public static LoadImageFilesEstimator LoadImageFiles(this TransformsCatalog catalog, string outputColumnName = "Image",
        string inputColumnName = "ImagePath", Color? background = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        Color colour = background ?? Color.White;
        if (colour.A != byte.MaxValue)
            throw new ArgumentException($"The background has the opacity {colour.A} of 255; give a colour that is not transparent.", nameof(background));
        return new LoadImageFilesEstimator(CatalogUtils.GetEnvironment(catalog), outputColumnName, inputColumnName, colour);
    }
}
