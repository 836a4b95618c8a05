namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A row of a table as a page shows it.</summary>
/// <param name="Title">Which row it is.</param>
/// <param name="Lines">What is said of it.</param>
/// <param name="Attributes">Its attributes with their values.</param>
internal sealed record RowCard(string Title, IReadOnlyList<(string Name, string Value)> Lines, IReadOnlyList<(string Name, string Value)> Attributes);
