namespace Microsoft.ML.Ablation;

/// <summary>Slots that are one attribute, as far as the annotations of their column tell.</summary>
/// <param name="Name">The name of the attribute.</param>
/// <param name="Slots">Its slots, ascending.</param>
/// <param name="IsGuess">Whether nothing tells that they are one attribute, but nothing tells them apart either: neighbours without a name.</param>
internal sealed record SlotAttribute(string Name, int[] Slots, bool IsGuess);
