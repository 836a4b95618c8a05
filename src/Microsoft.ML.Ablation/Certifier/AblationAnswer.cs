namespace Microsoft.ML.Ablation;

/// <summary>One ablation and the answer to it.</summary>
/// <param name="Retained">The retained positions.</param>
/// <param name="Class">The index of the class that the base classifier answers.</param>
internal readonly record struct AblationAnswer(int[] Retained, int Class);
