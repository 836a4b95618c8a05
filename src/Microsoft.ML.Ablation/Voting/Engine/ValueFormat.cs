namespace Microsoft.ML.Ablation.Voting;

/// <summary>The number format in which an engine reads pixels.</summary>
internal enum ValueFormat
{
    Float32,
    BFloat16,
    Float16,
}
