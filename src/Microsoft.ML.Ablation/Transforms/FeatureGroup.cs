namespace Microsoft.ML.Ablation;

/// <summary>The slots of a column that are one position: kept or ablated together, and changed together by an attacker.</summary>
/// <param name="Name">The name of the attribute.</param>
/// <param name="Slots">Its slots, from 0; at least one.</param>
public sealed record FeatureGroup(string Name, IReadOnlyList<int> Slots);
