namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A column of a certified table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values: String, Double, Single, Int32 or Boolean; each may be null.</param>
internal sealed record CertifiedColumn(string Name, Type Type);
