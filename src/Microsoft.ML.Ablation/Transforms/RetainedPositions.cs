namespace Microsoft.ML.Ablation;

/// <summary>The positions that a row of a cursor keeps; valid until the next call.</summary>
/// <param name="planar">The row's values in channel-major order.</param>
/// <param name="copy">Which copy of the row it is.</param>
/// <param name="position">Its position in the cursor.</param>
internal delegate ReadOnlySpan<int> RetainedPositions(ReadOnlySpan<float> planar, uint copy, long position);
