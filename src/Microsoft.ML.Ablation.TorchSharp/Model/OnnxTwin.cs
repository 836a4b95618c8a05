using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Networks that ONNX Runtime computes, in float32 and in 8-bit integers.</summary>
internal static class OnnxTwin
{
    /// <exception cref="InvalidOperationException">The network cannot be computed in integers.</exception>
    public static void Require(NetworkArchitecture architecture)
    {
        if (architecture.ProblemWithIntegers is { } problem)
            throw new InvalidOperationException($"Precision is Int8, but the network '{architecture.Name}' {problem}; use another precision, or a network such as NormalizedConvolutional.");
    }

    /// <summary>Makes the twin of a network.</summary>
    /// <param name="env">The environment of the model.</param>
    /// <param name="column">The column of ablated images.</param>
    /// <param name="network">The network.</param>
    /// <param name="rows">Encoded values of ablated images in channel-major order, at least of one; they settle the ranges of integers, and are changed.</param>
    /// <exception cref="InvalidOperationException">The network cannot be computed in integers, or there are no rows.</exception>
    public static OnnxClassifierModelParameters Make(IHostEnvironment env, ImageColumn column, AblationNetwork network, IEnumerable<float[]> rows)
    {
        Require(network.Architecture);
        return new OnnxClassifierModelParameters(env, column, OnnxProvider.Cpu, Exported(column, network).ToIntegers(rows));
    }

    /// <summary>A network in float32.</summary>
    /// <exception cref="InvalidOperationException">Its layers are not known.</exception>
    public static OnnxNetwork Exported(ImageColumn column, AblationNetwork network)
        => new(OnnxExport.Write(network), column, new OnnxClassifierOptions { Layout = OnnxLayout.ChannelsFirst, Scores = OnnxScores.Logits });
}
