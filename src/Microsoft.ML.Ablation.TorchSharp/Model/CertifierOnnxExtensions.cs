using System.Globalization;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Writes a smoothed certifier's network as an ONNX file.</summary>
public static class CertifierOnnxExtensions
{
    /// <summary>
    /// Writes the network as an ONNX file (operator set 11), which any ONNX runtime scores: input images, [batch, channels, height, width] of Single, ablated and encoded; output scores
    /// before softmax, [batch, classes], in the order of the label's keys. Layers are in float32, with normalisations folded into them, whatever the precision of the model.
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
        AblationNetwork? network = classifier.Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault()?.Model.Network;
        if (network?.Architecture is not FunctionalArchitecture architecture)
        {
            throw new InvalidOperationException(network is null
                ? "The certifier's base classifier is no network trained by AblatedImageClassification, and cannot be exported; export what it was made from."
                : $"The network '{network.Architecture.Name}' is a module of your own, whose layers are not known; export it with the library that it was made with.");
        }
        var export = new OnnxExport(network.Shape);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            architecture.Export(export, network.Parameters);
        }
        export.Say("library", $"Microsoft.ML.Ablation {typeof(CertifierOnnxExtensions).Assembly.GetName().Version!.ToString(3)}");
        export.Say("network", architecture.Name);
        export.Say("image", network.Shape.ToString());
        export.Say("encoding", classifier.Ablation.Encoding.ToString());
        if (certifier.RetainedCount is { } retained)
            export.Say("retained", retained.ToString(CultureInfo.InvariantCulture));
        if (certifier.Masks is { } masks)
            export.Say("masks", masks.ToString());
        byte[] content = export.ToArray();
        AtomicFile.Write(path, stream => stream.Write(content));
    }
}
