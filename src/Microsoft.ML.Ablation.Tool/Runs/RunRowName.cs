namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What a run knows a row by.</summary>
/// <param name="Number">Its number in the data, from 0.</param>
/// <param name="Key">The key of its ablations.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
internal readonly record struct RunRowName(long Number, string Key, string Label, string? File);
