using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>The steps before the certifier in a trained pipeline, saved with it: files, labels, augmentation, normalisation.</summary>
internal static class Preparation
{
    public static IEstimator<ITransformer> Build(MLContext ml, TrainingSettings settings)
    {
        IEstimator<ITransformer> chain = settings.ImageFiles is { } files ? ReadFiles(ml, files, settings) : Labels(ml, null);
        if (settings.ResizedCrop)
            chain = chain.Append(ml.Transforms.RandomResizedCropFlip(settings.ImageFiles?.Size, settings.ImageFiles?.Size, settings.Flip));
        else if (settings.Crop > 0 || settings.Flip)
            chain = chain.Append(ml.Transforms.RandomCropFlip(settings.Crop, settings.Flip));
        if (settings.Normalize)
            chain = chain.Append(ml.Transforms.NormalizeChannels(ImageNetChannels.Means, ImageNetChannels.StandardDeviations));
        return chain;
    }

    private static IEstimator<ITransformer> ReadFiles(MLContext ml, ImageFileSettings files, TrainingSettings settings)
    {
        // The usual evaluation on ImageNet: shorter side 256, of which crops leave the centre of 224.
        int side = settings.ResizedCrop ? (int)Math.Round(files.Size * 256.0 / 224) : files.Size;
        EstimatorChain<ITransformer> chain = Labels(ml, files.Classes)
            .Append(ml.Transforms.LoadImageFiles("Image", "ImagePath"))
            // IsoCrop brings the shorter side to size and averages pixels; Fill would distort, and take single ones.
            .Append(ml.Transforms.ResizeImages("Image", side, side, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(ml.Transforms.ExtractPixels("Features", "Image", scaleImage: 1 / 255f))
            // Pictures cannot be cached or printed with the rest of a report.
            .Append<ITransformer>(ml.Transforms.DropColumns("Image"));
        return settings.CachesPixels ? chain.AppendCacheCheckpoint(ml) : chain;
    }

    /// <param name="ml">The context.</param>
    /// <param name="classes">All classes in order; null: those of the rows, sorted.</param>
    private static ValueToKeyMappingEstimator Labels(MLContext ml, IReadOnlyList<string>? classes)
    {
        IDataView? keys = classes is null ? null : ml.Data.LoadFromEnumerable(classes.Select(name => new ClassName { Name = name }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: classes is null
            ? ValueToKeyMappingEstimator.KeyOrdinality.ByValue
            : ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence, keyData: keys);
    }

    private sealed class ClassName
    {
        public string Name { get; set; } = "";
    }
}
