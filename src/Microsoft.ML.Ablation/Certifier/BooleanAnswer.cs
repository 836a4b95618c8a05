using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>A certified answer of the classes False and True, in the columns that ML.NET's binary classifiers have.</summary>
internal static class BooleanAnswer
{
    private const int True = 1;

    /// <summary>
    /// The class. A Boolean cannot be missing: where the row abstains, it is the class with most votes of the second stage, False where both have as many, and nothing is claimed of it.
    /// </summary>
    public static bool Of(RowResult row) => row.Abstained ? Lead(row) > 0 : row.PredictedClass == True;

    /// <summary>The share of the second stage's votes for True less that for False, from −1 to 1; 0 where there are no votes.</summary>
    public static float ScoreOf(RowResult row) => row.EstimationCount == 0 ? 0 : (float)((double)Lead(row) / row.EstimationCount);

    private static int Lead(RowResult row)
    {
        int[] votes = row.EstimationVotes();
        return votes[True] - votes[1 - True];
    }
}
