using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>One certified row with its true class.</summary>
/// <param name="Row">Its number in the data.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Result">Its class and certificate.</param>
internal readonly record struct LabelledResult(long Row, string Label, string? File, RowResult Result);
