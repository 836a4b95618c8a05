namespace Microsoft.ML.Ablation;

/// <summary>A fixed mask, and what the base classifier answers to it.</summary>
/// <param name="Mask">The number of the mask, from 0.</param>
/// <param name="Positions">The positions that it shows.</param>
/// <param name="Answer">The class with the largest score; null for none.</param>
/// <param name="Scores">The score of each class; where only answers are counted 1 for the answer, else 0, and NaN for a mask without an answer.</param>
public sealed record ExplainedMask(int Mask, IReadOnlyList<int> Positions, string? Answer, IReadOnlyList<float> Scores);
