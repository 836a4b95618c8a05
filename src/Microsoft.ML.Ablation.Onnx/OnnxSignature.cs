using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>How a file is called.</summary>
/// <param name="Input">The name of its input.</param>
/// <param name="InputType">Float, or UInt8.</param>
/// <param name="Output">The name of the output that holds the scores.</param>
/// <param name="Shape">The dimensions of the input behind the batch.</param>
/// <param name="IsChannelsLast">Whether a pixel's channels stand side by side.</param>
/// <param name="FixedBatch">The only size of a batch that the file takes; null for any.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Scores">What the scores are; never Auto.</param>
internal sealed record OnnxSignature(string Input, TensorElementType InputType, string Output, long[] Shape, bool IsChannelsLast, int? FixedBatch, int Classes, OnnxScores Scores);
