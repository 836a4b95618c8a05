namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Which ablations of a row vote: k random attributes, a share of random words, or fixed masks that divide them.</summary>
/// <param name="K">Retained attributes; null for others.</param>
/// <param name="Share">The share of retained words; null for others.</param>
/// <param name="Masks">The number of fixed masks; null for others.</param>
internal sealed record TableAblation(int? K, double? Share, int? Masks)
{
    private const int MostUsualMasks = 15, UsualTextMasks = 9, RandomCopies = 20, RandomTextCopies = 10;

    /// <summary>Whether masks are fixed.</summary>
    public bool IsFixed => Masks is not null;

    /// <summary>How often a learner is shown each row: through every mask once, or that often at random.</summary>
    public int TrainingCopies => Masks ?? (Share is null ? RandomCopies : RandomTextCopies);

    /// <summary>
    /// The usual masks where nothing is asked for: about the root of the number of attributes for numbers, where each mask should see much, and twice as many for classes; an odd number, so
    /// that two classes have no ties, from 3 to 15.
    /// </summary>
    /// <param name="kind">The task.</param>
    /// <param name="attributes">The number of attributes.</param>
    public static TableAblation Usual(TableTaskKind kind, int attributes)
    {
        double root = Math.Sqrt(attributes);
        int masks = kind == TableTaskKind.Text ? UsualTextMasks : Math.Min(attributes, Math.Clamp((int)Math.Round(kind == TableTaskKind.Regression ? root : 2 * root), 3, MostUsualMasks));
        return new(null, null, masks % 2 == 0 ? masks - 1 : masks);
    }

    public override string ToString() => (K, Share) switch
    {
        ({ } k, _) => FormattableString.Invariant($"k = {k} random attributes"),
        (_, { } share) => FormattableString.Invariant($"a share of {share} random words"),
        _ => FormattableString.Invariant($"{Masks} fixed masks"),
    };
}
