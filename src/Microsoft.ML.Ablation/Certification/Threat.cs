namespace Microsoft.ML.Ablation.Certification;

/// <summary>One way in which a class can lose its place over a fixed family of masks, and what it takes.</summary>
/// <param name="Margin">The class keeps its place as long as the losses of all masks that an attack meets sum to less than this.</param>
/// <param name="Losses">What a change of each mask's answer costs at most.</param>
internal readonly record struct Threat(long Margin, int[] Losses);
