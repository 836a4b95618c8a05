using System.Globalization;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation;

/// <summary>
/// The learning rate over a training, as a factor of <see cref="AblatedImageClassificationTrainer.Options.LearningRate"/> that
/// depends on the epoch. Immutable; two schedules are equal if they are made by the same methods with the same numbers.
/// </summary>
/// <remarks>
/// In the formulas, E is the number of epochs, W the number of warm-up epochs (0 without <see cref="WithWarmUp"/>), e the number
/// of completed epochs, fractions included, and s = (e − W) / (E − W) the completed share of the epochs after the warm-up. The
/// trainer sets the learning rate before every step: before step i of B in an epoch, i from 1, e is the number of completed
/// epochs plus (i − 1) / B.
/// </remarks>
public sealed record LearningRateSchedule
{
    private readonly string _name;
    private readonly Func<double, double, double> _factor;
    private readonly int[] _milestones;

    /// <param name="name">The expression that makes it, with all numbers.</param>
    /// <param name="factor">The factor after the warm-up, as a function of s and e.</param>
    /// <param name="milestones">Epochs at which the factor jumps, in ascending order.</param>
    private LearningRateSchedule(string name, Func<double, double, double> factor, params int[] milestones) =>
        (_name, _factor, _milestones) = (name, factor, milestones);

    /// <summary>A constant learning rate: the factor 1.</summary>
    public static LearningRateSchedule Constant { get; } = new(nameof(Constant), (_, _) => 1);

    /// <summary>
    /// Half a cosine from 1 to 0: ½ (1 + cos(π s)) (Loshchilov and Hutter, ICLR 2017, equation 5, with η_min = 0 and no restart).
    /// </summary>
    public static LearningRateSchedule Cosine { get; } = new(nameof(Cosine), (done, _) => HalfCosine(done));

    /// <summary>
    /// One cycle (Smith 2018, with half a cosine for the decay): a linear rise over the first share p, a + (1 − a) s / p for s
    /// &lt; p, then a decay to 0, ½ (1 + cos(π (s − p) / (1 − p))).
    /// </summary>
    /// <param name="warmUpShare">p, from 0 to below 1. Default 0.3.</param>
    /// <param name="initialFactor">a, the initial factor, from 0 to 1. Default 1/25. Without effect if p is 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static LearningRateSchedule OneCycle(double warmUpShare = 0.3, double initialFactor = 0.04)
    {
        if (warmUpShare is not (>= 0 and < 1))
            throw Refused(nameof(warmUpShare), $"The warm-up share of a cycle is {warmUpShare}; it must be from 0 to below 1.");
        if (initialFactor is not (>= 0 and <= 1))
            throw Refused(nameof(initialFactor), $"The initial factor of a cycle is {initialFactor}; it must be from 0 to 1.");
        return new(FormattableString.Invariant($"{nameof(OneCycle)}({warmUpShare}, {initialFactor})"), (done, _) => done < warmUpShare
            ? initialFactor + (1 - initialFactor) * done / warmUpShare
            : HalfCosine((done - warmUpShare) / (1 - warmUpShare)));
    }

    /// <summary>
    /// Falls by a factor γ after each milestone: γᵐ, where m is the number of milestones that are at most e (like
    /// <c>torch.optim.lr_scheduler.MultiStepLR</c> with a step after every epoch).
    /// </summary>
    /// <param name="factor">γ, above 0 and below 1.</param>
    /// <param name="milestones">
    /// Epochs after which the learning rate falls: at least one, each at least 1, in ascending order; warm-up epochs count. The
    /// trainer warns of milestones that are not below the number of epochs, because they are never reached.
    /// </param>
    /// <exception cref="ArgumentException">The factor or the milestones do not meet these conditions.</exception>
    public static LearningRateSchedule MultiStep(double factor, params int[] milestones)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        if (factor is not (> 0 and < 1))
            throw Refused(nameof(factor), $"The factor of a milestone is {factor}; it must be above 0 and below 1.");
        int[] epochs = [.. milestones];
        string text = string.Join(", ", epochs);
        if (epochs.Length == 0)
            throw new ArgumentException("There are no milestones; give at least one, or use LearningRateSchedule.Constant.", nameof(milestones));
        if (epochs[0] < 1 || epochs.Zip(epochs.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw Refused(nameof(milestones), $"The milestones are {text}; they must be at least 1 and in ascending order.");
        return new(FormattableString.Invariant($"{nameof(MultiStep)}({factor}, {text})"),
            (_, epoch) => Math.Pow(factor, epochs.Count(milestone => milestone <= epoch)), epochs);
    }

    /// <summary>
    /// The same schedule after a linear warm-up (Goyal et al. 2017, section 2.2, from 0): while e &lt; W, the factor is e / W
    /// times the schedule's initial factor. Curves extend over the remaining epochs; milestones do not move. Replaces an existing
    /// warm-up.
    /// </summary>
    /// <param name="epochs">W, above 0, below the first milestone and below the number of epochs; fractions are allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="epochs"/> is not above 0, or not below the first milestone.
    /// </exception>
    public LearningRateSchedule WithWarmUp(double epochs)
    {
        if (epochs is not (> 0 and < double.PositiveInfinity))
            throw Refused(nameof(epochs), $"The number of warm-up epochs is {epochs}; it must be above 0.");
        return _milestones is [int first, ..] && epochs >= first
            ? throw Refused(nameof(epochs), $"The number of warm-up epochs is {epochs}; it must be below the first milestone, {first}.")
            : this with { WarmUpEpochs = epochs };
    }

    /// <summary>The factor of the learning rate.</summary>
    /// <param name="epoch">e, limited to the range from 0 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">E, at least 1 and above the warm-up.</param>
    /// <returns>The factor, from 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are too few epochs.</exception>
    public double FactorAt(double epoch, int epochs)
    {
        if (epochs < 1 || epochs <= WarmUpEpochs)
            throw Refused(nameof(epochs), $"The number of epochs is {epochs}; {this} needs at least 1, and more than its warm-up.");
        double done = Math.Clamp(epoch, 0, epochs);
        return done < WarmUpEpochs
            ? done / WarmUpEpochs * _factor(0, 0)
            : _factor((done - WarmUpEpochs) / (epochs - WarmUpEpochs), done);
    }

    /// <summary>The expression that makes the schedule, with all numbers: "MultiStep(0.1, 200).WithWarmUp(5)".</summary>
    public override string ToString() =>
        WarmUpEpochs > 0 ? FormattableString.Invariant($"{_name}.{nameof(WithWarmUp)}({WarmUpEpochs})") : _name;

    /// <inheritdoc/>
    public bool Equals(LearningRateSchedule? other) => other is not null && _name == other._name && WarmUpEpochs == other.WarmUpEpochs;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_name, WarmUpEpochs);

    /// <summary>W; 0 without a warm-up.</summary>
    internal double WarmUpEpochs { get; private init; }

    /// <summary>The milestones that a training of so many epochs never reaches.</summary>
    internal IEnumerable<int> MilestonesNotReachedIn(int epochs) => _milestones.Where(milestone => milestone >= epochs);

    private static double HalfCosine(double share) => 0.5 * (1 + Math.Cos(Math.PI * share));

    private static ArgumentOutOfRangeException Refused(string name, FormattableString message) =>
        new(name, message.ToString(CultureInfo.InvariantCulture));
}
