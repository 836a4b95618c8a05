namespace Microsoft.ML.Ablation;

/// <summary>An answer at once, from a few ablations of a row: nothing is certified of it, neither that it is the smoothed classifier's answer nor that it withstands any change.</summary>
/// <param name="Class">
/// The name of the class with most votes; under <see cref="CertificationRule.Condorcet"/> the one with the most of fewest wins. The first of equals.
/// </param>
/// <param name="Share">The share of the ablations that support it, from 0 to 1.</param>
/// <param name="AblationCount">The ablations that were asked: all masks, where they are fixed.</param>
public sealed record UncertifiedAnswer(string Class, double Share, int AblationCount);
