using System.Globalization;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation;

/// <summary>Writes a smoothed certifier's network as an ONNX file, and makes certifiers that need no torch.</summary>
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
        AblatedImageModelParameters model = ModelOf(classifier);
        List<(string, string)> metadata = [("encoding", classifier.Vectors.Encoding.ToString())];
        if (certifier.RetainedCount is { } retained)
            metadata.Add((OnnxFile.RetainedKey, retained.ToString(CultureInfo.InvariantCulture)));
        if (certifier.Masks is { } masks)
            metadata.Add((OnnxFile.MasksKey, masks.ToString()));
        byte[] content = OnnxModel.WithMetadata(model.ToOnnx(), metadata);
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>
    /// A copy of the certifier, with the same seed, whose network is an ONNX network on the processor: saved, it loads in programs that reference the packages Microsoft.ML.Ablation and
    /// Microsoft.ML.Ablation.Onnx and no torch. A network in <see cref="ScoringPrecision.Int8"/> keeps its integers, and answers alike; another one is computed in float32, and answers a
    /// few ablations otherwise.
    /// </summary>
    /// <param name="certifier">The certifier.</param>
    /// <exception cref="InvalidOperationException">
    /// The base classifier is no network of this library, or a cluster counts its votes and has the model already.
    /// </exception>
    public static SmoothedCertifierTransformer WithoutTorch(this SmoothedCertifierTransformer certifier)
    {
        ArgumentNullException.ThrowIfNull(certifier);
        ModelOf(BaseClassifier.From(certifier.BaseModel));
        return NetworkTransformer.Replace(certifier, (_, network) => NetworkTransformer.WithModel(network, network.Model.WithoutTorch()));
    }

    private static AblatedImageModelParameters ModelOf(BaseClassifier classifier) => NetworkTransformer.Find(classifier)?.Model
        ?? throw new InvalidOperationException("The certifier's base classifier is no network trained by AblatedImageClassification, and cannot be exported; export what it was made from.");
}
