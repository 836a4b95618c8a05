using System.Reflection;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// All that one <see cref="CertificationRule"/> decides. There is one class for each value, and nothing outside of them asks which rule it is: a new rule is a class here,
/// and a line of the enumeration that names it.
/// </summary>
internal abstract class VoteRule
{
    private static readonly Dictionary<CertificationRule, VoteRule> s_rules = Enum.GetValues<CertificationRule>().ToDictionary(rule => rule,
        rule => typeof(CertificationRule).GetField($"{rule}")!.GetCustomAttribute<DecidedByAttribute>()!.Create());

    /// <summary>What is counted of the base classifier's answers, and so which class the first stage selects and what supports it.</summary>
    public virtual Ballot Ballot => Ballot.Plurality;

    /// <summary>What the rule asks for, in words that follow its name.</summary>
    public abstract string InWords { get; }

    /// <summary>Whether a row without a certificate still gets an answer, that of PREDICT.</summary>
    public virtual bool HasPredict => true;

    /// <summary>
    /// The answer of the smoothed classifier where every ablation was counted: the certified class; without a certificate the only one with most votes, if there is PREDICT; else
    /// <see cref="CertifiedPrediction.Abstain"/>.
    /// </summary>
    /// <param name="certified">The certificate of the selected class.</param>
    /// <param name="counts">The counts of all ablations.</param>
    public int AnswerOf(CertifiedPrediction certified, ReadOnlySpan<int> counts)
        => certified.IsCertified || HasPredict && counts.Count(counts[certified.SelectedClass]) == 1 ? certified.SelectedClass : CertifiedPrediction.Abstain;

    /// <summary>The class of a rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule.</exception>
    public static VoteRule Of(CertificationRule rule) => s_rules.TryGetValue(rule, out VoteRule? found)
        ? found
        : throw new ArgumentOutOfRangeException(nameof(rule), $"rule is {rule}; it must be one of {string.Join(", ", Enum.GetNames<CertificationRule>())}.");

    /// <summary>Among how many classes the class is certified to stay; null for the first place.</summary>
    /// <param name="topCount">m.</param>
    public virtual int? Places(int topCount) => null;

    /// <summary>Theorem 1 as the rule needs it.</summary>
    /// <param name="d">The number of positions.</param>
    /// <param name="k">The number of retained positions.</param>
    /// <param name="topCount">m.</param>
    public ShapeTables TablesFor(int d, int k, int topCount) => new(d, k, Places(topCount) ?? 1);

    /// <summary>The largest radius that any votes can reach.</summary>
    public virtual int Cap(ShapeTables tables) => tables.Probabilities.Cap;

    /// <summary>Splits α among the bounds, which together spend no more than it.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="options">The shares.</param>
    /// <param name="classes">The number of classes.</param>
    public abstract ConfidenceLevels Levels(double alpha, CertificationOptions options, int classes);

    /// <summary>The certified radius of a class whose probability is bounded; −1 for none.</summary>
    /// <param name="tables">Theorem 1.</param>
    /// <param name="lowerBound">p̲, a lower bound on the probability of what supports the class.</param>
    /// <param name="upperBounds">Upper bounds on the probabilities of all other classes, in any order; 1 each where the rule spends nothing on them.</param>
    public abstract int Radius(ShapeTables tables, double lowerBound, ReadOnlySpan<double> upperBounds);

    /// <summary>The certified radius of a class when every ablation has been counted; −1 for none.</summary>
    /// <param name="tables">Theorem 1.</param>
    /// <param name="counts">The counts of all ablations.</param>
    /// <param name="fixedClass">The index of the class.</param>
    public abstract int Radius(ShapeTables tables, ReadOnlySpan<long> counts, int fixedClass);

    /// <summary>
    /// All ways in which a class can lose its place over a fixed family of masks. The class has its place as long as fewer than m of them come true, where m is
    /// <see cref="Places"/>, or 1.
    /// </summary>
    /// <param name="answers">The answers to all masks.</param>
    /// <param name="fixedClass">The index of the class.</param>
    public abstract IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass);

    /// <summary>
    /// That another class catches up, for each of them: the margin is the sum over all masks of what each adds to the lead of the class, −1, 0 or 1; a mask that is lost adds −1.
    /// </summary>
    /// <param name="answers">The answers to all masks.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="lead">What a mask adds to the lead over another class.</param>
    protected static IEnumerable<Threat> BeingOvertaken(MaskAnswers answers, int fixedClass, Func<int, int, int> lead)
        => from other in Enumerable.Range(0, answers.ClassCount)
           where other != fixedClass
           let leads = answers.Each(mask => lead(mask, other))
           select new Threat(leads.Sum(), Array.ConvertAll(leads, added => added + 1));

    /// <summary>That another class gets as many votes, for each of them.</summary>
    protected static IEnumerable<Threat> BeingOutvoted(MaskAnswers answers, int fixedClass)
        => BeingOvertaken(answers, fixedClass, (mask, other) => answers.Votes(mask, fixedClass) - answers.Votes(mask, other));

    /// <summary>The counts of all other classes, in increasing order.</summary>
    protected static long[] OthersOf(ReadOnlySpan<long> counts, int fixedClass)
    {
        long[] others = [.. counts[..fixedClass], .. counts[(fixedClass + 1)..]];
        Array.Sort(others);
        return others;
    }
}
