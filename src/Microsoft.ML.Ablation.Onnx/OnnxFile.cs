using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Reads ONNX files, and finds out how they are called.</summary>
internal static class OnnxFile
{
    /// <summary>The metadata that name the numbers in which a file computes.</summary>
    public const string PrecisionKey = "precision";

    /// <summary>The metadata with the number of retained pixels, or the masks, of a training on ablated images.</summary>
    public const string RetainedKey = "retained", MasksKey = "masks";

    private const long MostBytes = int.MaxValue - (1 << 20);
    private const long MostValues = 1 << 28;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is empty or larger than 2 GB.</exception>
    public static byte[] ReadAll(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException($"The ONNX file '{path}' does not exist; give the path of one.", path);
        if (file.Length is 0 or > MostBytes)
            throw new InvalidDataException(FormattableString.Invariant($"The ONNX file '{path}' has {file.Length:N0} bytes; allowed are 1 to 2 GB, with the weights in the file itself."));
        return File.ReadAllBytes(path);
    }

    /// <summary>A session of a file.</summary>
    /// <param name="content">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="device">What computes it.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime does not take the file.</exception>
    public static InferenceSession Open(byte[] content, string name, OnnxDevice device)
    {
        using SessionOptions options = device.ToSessionOptions();
        try
        {
            return new InferenceSession(content, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{name} is no ONNX file that ONNX Runtime {OrtEnv.Instance().GetVersionString()} takes; export it again, with its weights in the file and for an "
                + $"operator set that this version knows. It says: {e.Message.Trim()}", e);
        }
    }

    /// <summary>The numbers in which a file computes, as far as its metadata say.</summary>
    public static OnnxPrecision PrecisionOf(InferenceSession session)
        => session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(PrecisionKey) == nameof(OnnxPrecision.Int8) ? OnnxPrecision.Int8 : OnnxPrecision.AsStored;

    /// <summary>Whether a file's metadata say that it was trained on ablated images.</summary>
    public static bool SaysAblated(InferenceSession session)
        => session.ModelMetadata.CustomMetadataMap is var said && (said.ContainsKey(RetainedKey) || said.ContainsKey(MasksKey));

    /// <summary>How a file is called with images, but for what its scores are.</summary>
    /// <param name="session">The file.</param>
    /// <param name="images">The images that it has to take.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidDataException">It is no classifier of images.</exception>
    /// <exception cref="InvalidOperationException">It takes others, or options name what it has not.</exception>
    public static OnnxSignature Read(InferenceSession session, ImageColumn images, OnnxClassifierOptions options, string name)
    {
        // Initializers that are listed as inputs are not among these.
        if (session.InputMetadata.Count != 1)
        {
            throw new InvalidDataException($"{name} has {session.InputMetadata.Count} inputs ({string.Join(", ", session.InputMetadata.Keys)}); a classifier of images has one. "
                + "Export one with the others fixed.");
        }
        (string input, NodeMetadata taken) = session.InputMetadata.Single();
        if (!taken.IsTensor || taken.ElementDataType is not (TensorElementType.Float or TensorElementType.UInt8))
            throw new InvalidDataException($"The input '{input}' of {name} is {TypeOf(taken)}; a classifier of images takes a tensor of Float or UInt8.");
        long[] first = taken.Dimensions.Length == 2 ? [images.Values] : [images.Channels, images.Height, images.Width], last = [images.Height, images.Width, images.Channels];
        bool isChannelsLast = options.Layout == OnnxLayout.ChannelsLast || options.Layout == OnnxLayout.Auto && !Fits(taken.Dimensions, first) && Fits(taken.Dimensions, last);
        long[] shape = isChannelsLast ? last : first;
        if (!Fits(taken.Dimensions, shape))
        {
            throw new InvalidOperationException($"The input '{input}' of {name} has the dimensions {Text(taken.Dimensions)}, but ablated images have {images.Channels} channels and "
                + $"{images.Height} × {images.Width} pixels: {Text([-1, .. shape.Select(side => (int)side)])} is expected. Encoding Complement doubles the channels; Mean keeps them.");
        }
        int batch = taken.Dimensions[0];
        if (batch > 0 && batch * (long)images.Values > MostValues)
            throw new InvalidDataException(FormattableString.Invariant($"The input '{input}' of {name} fixes a batch of {batch:N0} images; export it with a batch of any size."));
        (string output, int classes) = OutputOf(session, options.OutputName, name);
        return new OnnxSignature(input, taken.ElementDataType, output, shape, isChannelsLast, batch > 0 ? batch : null, classes, options.Scores);
    }

    /// <summary>Whether dimensions behind the batch, of which some may be any, are those of a shape.</summary>
    private static bool Fits(int[] dimensions, long[] shape)
        => dimensions.Length == shape.Length + 1 && dimensions[1..].Zip(shape).All(pair => pair.First <= 0 || pair.First == pair.Second);

    private static (string Name, int Classes) OutputOf(InferenceSession session, string? wanted, string name)
    {
        string known = string.Join("; ", session.OutputMetadata.Select(pair => $"'{pair.Key}', {TypeOf(pair.Value)}"));
        if (wanted is not null && !session.OutputMetadata.ContainsKey(wanted))
            throw new InvalidOperationException($"OutputName is '{wanted}', but {name} has no such output. It has {known}.");
        var fitting = session.OutputMetadata.Where(pair => (wanted is null || pair.Key == wanted) && pair.Value.IsTensor && pair.Value.ElementDataType == TensorElementType.Float
            && pair.Value.Dimensions.Length >= 2 && pair.Value.Dimensions[^1] >= 2 && pair.Value.Dimensions[1..^1].All(side => side == 1)).ToList();
        return fitting.Count switch
        {
            1 => (fitting[0].Key, fitting[0].Value.Dimensions[^1]),
            0 => throw new InvalidDataException($"{name} has no output with a score of Float for each of 2 classes or more, [batch, classes]. It has {known}. Export the scores themselves, without ZipMap."),
            _ => throw new InvalidOperationException($"{name} has several outputs that could be the scores: {string.Join(", ", fitting.Select(pair => $"'{pair.Key}'"))}; set OutputName to one."),
        };
    }

    private static string TypeOf(NodeMetadata node) => node.IsTensor ? $"a tensor of {node.ElementDataType} {Text(node.Dimensions)}" : $"no tensor ({node.OnnxValueType})";

    private static string Text(int[] dimensions) => $"[{string.Join(", ", dimensions.Select(side => side > 0 ? FormattableString.Invariant($"{side}") : "any"))}]";
}
