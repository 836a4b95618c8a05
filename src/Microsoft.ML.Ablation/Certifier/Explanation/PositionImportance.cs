namespace Microsoft.ML.Ablation;

/// <summary>How much a position matters for the lead of a class over its closest competitor.</summary>
/// <param name="Position">The index of the position, from 0; of a word, its place in the text.</param>
/// <param name="Name">The attribute's name, or the word; null where the data has none, such as for pixels.</param>
/// <param name="Importance">
/// The mean lead over the ablations that show the position, minus that over all ablations. The lead of one ablation is 1 where the base classifier answers the class, −1 where it
/// answers the competitor, else 0. Positive where seeing the position speaks for the class. Null where no ablation of the sample shows it.
/// </param>
/// <param name="StandardError">The standard error of the mean over the ablations that show it; 0 where all ablations were asked, null for fewer than two.</param>
/// <param name="AblationCount">How many of the ablations show it.</param>
public sealed record PositionImportance(int Position, string? Name, double? Importance, double? StandardError, int AblationCount);
