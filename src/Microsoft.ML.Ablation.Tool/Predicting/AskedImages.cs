using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Ablation.Images;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>Image files as rows for a model of images: their paths where it reads files itself, else pixels of the size and the colours that it was trained on.</summary>
/// <param name="ml">The context.</param>
/// <param name="console">Says what may surprise.</param>
internal sealed class AskedImages(MLContext ml, ToolConsole console)
{
    private const float Bright = 0.5f;

    /// <summary>Whether light and dark are exchanged.</summary>
    public bool IsInverted { get; init; }

    /// <summary>The files as rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">What it takes, as its file says.</param>
    /// <param name="modelPath">Its file.</param>
    /// <param name="files">The image files, of any size.</param>
    /// <exception cref="ArgumentException">The model reads files itself, but they are to be inverted.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The model takes no images, or a file is none.</exception>
    public AskedRows Of(ITransformer model, DataViewSchema? schema, string modelPath, IReadOnlyList<string> files)
    {
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(model);
        foreach (string file in files)
            Check(file);
        IDataView rows = RowsOf(model, certifier, schema, modelPath, files);
        RadiusUnit unit = VotingScheme.Of(certifier.BindVectors(CertifierChain.InputOf(certifier, model, rows).Schema)).Unit;
        return new AskedRows(model, rows, files, unit.Against, unit.Change, Label: null);
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no image, or not whole.</exception>
    private static void Check(string file)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no image file '{file}'; give names of PNG or JPEG files.");
        _ = ImageFileFormat.ReadWhole(file);
    }

    private IDataView RowsOf(ITransformer model, SmoothedCertifierTransformer certifier, DataViewSchema? schema, string modelPath, IReadOnlyList<string> files)
    {
        if (CertifierChain.Parts(model).OfType<LoadImageFilesTransformer>().FirstOrDefault() is { } loader)
        {
            if (IsInverted)
                throw new ArgumentException($"--invert is given, but '{modelPath}' was trained on image files as they are; leave it out.");
            return PathsOf(files, loader.InputColumnName);
        }
        FeatureLayout layout = LayoutOf(certifier, schema, model, modelPath);
        float[][] pixels = [.. Decode(files, layout.Shape)];
        if (layout.Channels == 1 && !IsInverted && files.Where((_, i) => pixels[i].Average() > Bright).FirstOrDefault() is { } bright)
            console.Say($"'{bright}' is mostly bright; where the model was trained on white shapes on black, as MNIST has them, --invert turns dark ones on white into those.");
        return PixelsOf(pixels, layout, certifier.FeatureColumnName);
    }

    /// <summary>How the pixels stand in the column that the model takes.</summary>
    /// <exception cref="InvalidDataException">It takes no pixels of images.</exception>
    private FeatureLayout LayoutOf(SmoothedCertifierTransformer certifier, DataViewSchema? schema, ITransformer model, string modelPath)
    {
        if (schema?.GetColumnOrNull(certifier.FeatureColumnName)?.Type is not VectorDataViewType)
        {
            string takes = schema is null ? "says nothing of what it takes" : $"takes {string.Join(", ", schema.Select(column => $"'{column.Name}'"))}";
            throw new InvalidDataException($"'{modelPath}' {takes}; give a model whose input is image files or a column '{certifier.FeatureColumnName}' of pixels, as 'ablation train' makes them.");
        }
        IDataView input = CertifierChain.InputOf(certifier, model, ml.Data.LoadFromEnumerable(Array.Empty<AskedImage>(), SchemaOf(certifier.FeatureColumnName,
            (VectorDataViewType)schema[certifier.FeatureColumnName].Type)));
        FeatureLayout layout = certifier.Classifier.Vectors.MakeEncoder(input.Schema).Layout;
        return layout is { IsGrouped: false, HasSides: true, Channels: 1 or 3 }
            ? layout
            : throw new InvalidDataException($"'{modelPath}' takes {layout.Shape.Values} numbers, which are no grey or coloured image; give a model of images.");
    }

    private IDataView PathsOf(IReadOnlyList<string> files, string column)
    {
        var schema = SchemaDefinition.Create(typeof(AskedFile));
        schema[nameof(AskedFile.Path)].ColumnName = column;
        return ml.Data.LoadFromEnumerable(files.Select(file => new AskedFile { Path = file }), schema);
    }

    /// <summary>Decodes images as a viewer shows them, resizes their centres, and makes them grey where the model is.</summary>
    private IEnumerable<float[]> Decode(IReadOnlyList<string> files, ImageShape shape)
    {
        const string Image = "Image", Pixels = "Pixels";
        bool isGrey = shape.Channels == 1;
        IDataView paths = PathsOf(files, nameof(AskedFile.Path));
        IEstimator<ITransformer> chain = ml.Transforms.LoadImageFiles(Image, nameof(AskedFile.Path))
            .Append(ml.Transforms.ResizeImages(Image, shape.Width, shape.Height, resizing: ImageResizingEstimator.ResizingKind.IsoCrop));
        if (isGrey)
            chain = chain.Append(ml.Transforms.ConvertToGrayscale(Image));
        chain = chain.Append(ml.Transforms.ExtractPixels(Pixels, Image, isGrey ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb,
            scaleImage: 1 / 255f));
        return chain.Fit(paths).Transform(paths).GetColumn<float[]>(Pixels).Select(pixels => IsInverted ? Array.ConvertAll(pixels, value => 1 - value) : pixels);
    }

    private IDataView PixelsOf(float[][] planar, FeatureLayout layout, string column)
    {
        int positions = layout.Positions;
        return ml.Data.LoadFromEnumerable(planar.Select(image =>
        {
            var values = new float[image.Length];
            for (int i = 0; i < values.Length; i++)
                values[layout.SlotOf(i % positions, i / positions)] = image[i];
            return new AskedImage { Pixels = values };
        }), SchemaOf(column, layout.Type));
    }

    private static SchemaDefinition SchemaOf(string column, VectorDataViewType type)
    {
        var schema = SchemaDefinition.Create(typeof(AskedImage));
        (schema[nameof(AskedImage.Pixels)].ColumnName, schema[nameof(AskedImage.Pixels)].ColumnType) = (column, type);
        return schema;
    }

    /// <summary>A file whose class is not known.</summary>
    private sealed class AskedFile
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }

    /// <summary>Pixels whose class is not known.</summary>
    private sealed class AskedImage
    {
        public float[] Pixels { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
