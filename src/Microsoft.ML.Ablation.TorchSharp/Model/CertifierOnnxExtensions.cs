using System.Globalization;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Writes a smoothed certifier's network as an ONNX file.</summary>
public static class CertifierOnnxExtensions
{
    /// <summary>
    /// Writes the network as an ONNX file (operator set 12), which any ONNX runtime scores: input images, [batch, channels, height, width] of Single, ablated and encoded; output scores
    /// before softmax, [batch, classes], in the order of the label's keys. Layers are in float32, with normalisations folded into them; those of a model in
    /// <see cref="ScoringPrecision.Int8"/> are its integers, whose operators ONNX Runtime has.
    /// </summary>
    /// <remarks>
    /// <c>OnnxClassifier</c> of the package Microsoft.ML.Ablation.Onnx certifies the file behind the same ablation. The file's metadata say what it takes: retained (k) or masks, encoding,
    /// image, library.
    /// </remarks>
    /// <param name="certifier">The certifier.</param>
    /// <param name="path">The file; it is written whole or not at all, and replaces one that exists.</param>
    /// <exception cref="InvalidOperationException">The base classifier is no network of this library.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void ExportOnnx(this SmoothedCertifierTransformer certifier, string path)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        ArgumentException.ThrowIfNullOrEmpty(path);
        BaseClassifier classifier = BaseClassifier.From(certifier.BaseModel);
        AblatedImageModelParameters model = classifier.Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault()?.Model
            ?? throw new InvalidOperationException("The certifier's base classifier is no network trained by AblatedImageClassification, and cannot be exported; export what it was made from.");
        List<(string, string)> metadata = [("encoding", classifier.Ablation.Encoding.ToString())];
        if (certifier.RetainedCount is { } retained)
            metadata.Add((OnnxFile.RetainedKey, retained.ToString(CultureInfo.InvariantCulture)));
        if (certifier.Masks is { } masks)
            metadata.Add((OnnxFile.MasksKey, masks.ToString()));
        byte[] content = OnnxModel.WithMetadata(model.ToOnnx(), metadata);
        AtomicFile.Write(path, stream => stream.Write(content));
    }
}
