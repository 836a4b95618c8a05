namespace Microsoft.ML.Ablation.Attacks;

/// <summary>Settings of every attack: columns, allowed values, and numbers of votes.</summary>
public sealed record AttackOptions
{
    /// <summary>
    /// The attacked column: a <c>Vector&lt;Single&gt;</c> of known size that the model reads, or computes itself.
    /// </summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// The column with the true class, a key or a Boolean, in the data or computed by the model. Label and prediction are
    /// compared by the values of their keys, not by their order.
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The model's key column with the predicted class, missing if it abstains.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// The shape of the image, for a column that is a flat vector; null for the shape that the column declares. All channels of a
    /// pixel count once; if the certifier has groups, all slots of an attribute count once.
    /// </summary>
    public ImageShape? Shape { get; init; }

    /// <summary>The order of the values; Auto reads it from the column's dimensions.</summary>
    public AblationLayout Layout { get; init; } = AblationLayout.Auto;

    /// <summary>The smallest value that an attacker can write.</summary>
    public float Minimum { get; init; }

    /// <summary>The largest value that an attacker can write; more than <see cref="Minimum"/>.</summary>
    public float Maximum { get; init; } = 1;

    /// <summary>Seed of all randomness of the attack, verification included.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Votes for a first look at a candidate, against a smoothed classifier; at least 10.</summary>
    public int FirstLookVotes { get; init; } = 1_000;

    /// <summary>Votes for a closer look; at least <see cref="FirstLookVotes"/>.</summary>
    public int CloserLookVotes { get; init; } = 4_000;

    /// <summary>
    /// Whether answers to ablations that show no changed pixel are kept from one candidate to the next. With false, every look
    /// asks for all ablations again, with the same result; use it to measure the saving. Default: true.
    /// </summary>
    public bool KeepsAnswers { get; init; } = true;

    /// <summary>Fresh votes, drawn with another seed, that verify a success against a smoothed classifier; at least 10.</summary>
    public int VerificationVotes { get; init; } = 10_000;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(PredictedLabelColumnName);
        if (!float.IsFinite(Minimum) || !float.IsFinite(Maximum) || Minimum >= Maximum)
        {
            throw new ArgumentOutOfRangeException(nameof(Maximum),
                FormattableString.Invariant($"Minimum is {Minimum} and Maximum is {Maximum}; give finite numbers, Minimum below Maximum."));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstLookVotes, 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(CloserLookVotes, FirstLookVotes);
        ArgumentOutOfRangeException.ThrowIfLessThan(VerificationVotes, 10);
    }
}
