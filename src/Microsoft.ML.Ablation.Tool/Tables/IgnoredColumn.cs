namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A column that a model does not read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why.</param>
internal sealed record IgnoredColumn(string Name, string Reason);
