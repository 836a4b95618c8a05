namespace Microsoft.ML.Ablation;

/// <summary>One ablation, and what it adds to the lead of a class over another.</summary>
/// <param name="Retained">The retained positions.</param>
/// <param name="Lead">1 for the class, −1 for the other one, else 0.</param>
internal readonly record struct AblationLead(int[] Retained, int Lead)
{
    /// <summary>The importance of each position.</summary>
    /// <param name="ablations">The ablations.</param>
    /// <param name="names">The name of each position; null for none.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="areAll">Whether the ablations are all that there are.</param>
    public static PositionImportance[] ImportanceOf(IReadOnlyList<AblationLead> ablations, IReadOnlyList<string>? names, int positions, bool areAll)
    {
        int[] shown = new int[positions], sums = new int[positions], squares = new int[positions];
        foreach ((int[] retained, int lead) in ablations)
        {
            foreach (int position in retained)
            {
                shown[position]++;
                sums[position] += lead;
                squares[position] += lead * lead;
            }
        }
        double mean = ablations.Count == 0 ? 0 : (double)ablations.Sum(ablation => ablation.Lead) / ablations.Count;
        return [.. Enumerable.Range(0, positions).Select(ImportanceAt)];

        PositionImportance ImportanceAt(int position)
        {
            int n = shown[position];
            double own = (double)sums[position] / n;
            double? error = areAll ? 0 : n < 2 ? null : Math.Sqrt(Math.Max(0, (double)squares[position] / n - own * own) / (n - 1));
            return new PositionImportance(position, names?[position], n == 0 ? null : own - mean, n == 0 ? null : error, n);
        }
    }
}
