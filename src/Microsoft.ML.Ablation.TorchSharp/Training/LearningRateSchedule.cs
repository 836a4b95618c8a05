using System.Globalization;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The learning rate over a training: a factor of the trainer's <see cref="AblatedImageClassificationTrainer.Options.LearningRate"/>,
/// as a function of the epoch. Immutable; two are equal when they are made the same way from the same numbers.
/// </summary>
/// <remarks>
/// In the formulas E is the number of epochs, W how many of them are warm-up (0 without <see cref="WithWarmUp"/>), e how many are
/// done, fractions included, and s = (e − W) / (E − W) the share done of those after the warm-up. The trainer sets the learning rate
/// before every step: before step i of B in an epoch, both from 1, e is the number of whole epochs done plus (i − 1) / B.
/// </remarks>
public sealed record LearningRateSchedule
{
    private readonly string _name;
    private readonly Func<double, double, double> _factor;
    private readonly int[] _milestones;

    /// <param name="name">How it was made, with every number.</param>
    /// <param name="factor">The factor after the warm-up, as a function of s and e.</param>
    /// <param name="milestones">Epochs at which the factor changes at once, rising.</param>
    private LearningRateSchedule(string name, Func<double, double, double> factor, params int[] milestones) =>
        (_name, _factor, _milestones) = (name, factor, milestones);

    /// <summary>The same learning rate throughout: the factor 1.</summary>
    public static LearningRateSchedule Constant { get; } = new(nameof(Constant), (_, _) => 1);

    /// <summary>
    /// Half a cosine from 1 to 0: ½ (1 + cos(π s)) (Loshchilov and Hutter, ICLR 2017, equation 5, with η_min = 0 and no restart).
    /// </summary>
    public static LearningRateSchedule Cosine { get; } = new(nameof(Cosine), (done, _) => HalfCosine(done));

    /// <summary>
    /// One cycle (Smith 2018, with half a cosine for the way down): up linearly over the first share p, a + (1 − a) s / p for s &lt; p,
    /// then down to 0, ½ (1 + cos(π (s − p) / (1 − p))).
    /// </summary>
    /// <param name="warmUpShare">p, from 0 to below 1. Default 0.3.</param>
    /// <param name="initialFactor">a, where it begins, from 0 to 1. Default 1/25. Without effect when p is 0.</param>
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
    /// Falls by a factor γ after each milestone: γᵐ, where m is the number of milestones that are at most e (as
    /// <c>torch.optim.lr_scheduler.MultiStepLR</c>, which is stepped after every epoch).
    /// </summary>
    /// <param name="factor">γ, above 0 and below 1.</param>
    /// <param name="milestones">
    /// Epochs of the training after which the learning rate falls, at least one, from 1, rising; a warm-up counts among them. Those
    /// that are not below the number of epochs are never reached, and the trainer warns of them.
    /// </param>
    /// <exception cref="ArgumentException">The factor or the milestones are not as above.</exception>
    public static LearningRateSchedule MultiStep(double factor, params int[] milestones)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        if (factor is not (> 0 and < 1))
            throw Refused(nameof(factor), $"The factor of a milestone is {factor}; it must be above 0 and below 1.");
        int[] epochs = [.. milestones];
        string text = string.Join(", ", epochs);
        if (epochs.Length == 0)
            throw new ArgumentException("There are no milestones; give at least one, or take a constant schedule.", nameof(milestones));
        if (epochs[0] < 1 || epochs.Zip(epochs.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw Refused(nameof(milestones), $"The milestones are {text}; they must be from 1 and rise.");
        return new(FormattableString.Invariant($"{nameof(MultiStep)}({factor}, {text})"),
            (_, epoch) => Math.Pow(factor, epochs.Count(milestone => milestone <= epoch)), epochs);
    }

    /// <summary>
    /// The same schedule with a linear warm-up before it (Goyal et al. 2017, section 2.2, from 0): while e &lt; W the factor is e / W times
    /// the schedule's first one. Curves then take the epochs that remain; milestones stay where they are. A warm-up that the
    /// schedule had is replaced.
    /// </summary>
    /// <param name="epochs">W, above 0, below the first milestone and below the number of epochs; fractions are allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 or not below the first milestone.</exception>
    public LearningRateSchedule WithWarmUp(double epochs)
    {
        if (epochs is not (> 0 and < double.PositiveInfinity))
            throw Refused(nameof(epochs), $"The number of warm-up epochs is {epochs}; it must be above 0.");
        return _milestones is [int first, ..] && epochs >= first
            ? throw Refused(nameof(epochs), $"The number of warm-up epochs is {epochs}; it must be below the first milestone, {first}.")
            : this with { WarmUpEpochs = epochs };
    }

    /// <summary>The factor of the learning rate.</summary>
    /// <param name="epoch">e; below 0 it is taken as 0, above <paramref name="epochs"/> as that.</param>
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

    /// <summary>How it was made, with every number: "MultiStep(0.1, 200).WithWarmUp(5)".</summary>
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
