namespace Microsoft.ML.Ablation.Attacks;

/// <summary>What every attack needs to know of the model and the data, and how often it asks.</summary>
public sealed record AttackOptions
{
    /// <summary>The column that is attacked: a <c>Vector&lt;Single&gt;</c> of known size that the model takes, or makes before it answers.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column with the true class, a key or a Boolean, in the data or made by the model. It is compared with the prediction by its values, whatever their order.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The model's key column with its answer, missing where it abstains.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The shape of the image, for a column that is a flat vector; null: as the column declares it. All channels of a
    /// pixel count once, and so do all slots of an attribute where the certifier has groups.</summary>
    public ImageShape? Shape { get; init; }

    /// <summary>The order of the values; Auto reads it from the column's dimensions.</summary>
    public AblationLayout Layout { get; init; } = AblationLayout.Auto;

    /// <summary>The smallest value that an attacker can write.</summary>
    public float Minimum { get; init; }

    /// <summary>The largest value that an attacker can write; more than <see cref="Minimum"/>.</summary>
    public float Maximum { get; init; } = 1;

    /// <summary>Seed of everything that the attack draws, and of the votes that verify it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Votes of a first look at a candidate, against a smoothed classifier; at least 10.</summary>
    public int FirstLookVotes { get; init; } = 1_000;

    /// <summary>Votes of a closer look, at least as many.</summary>
    public int CloserLookVotes { get; init; } = 4_000;

    /// <summary>
    /// Whether answers to ablations that show no changed pixel are kept from one candidate to the next. False asks all ablations of a look again, with
    /// the same result: for measuring what keeping saves. Default: true.
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
            throw new ArgumentOutOfRangeException(nameof(Maximum), FormattableString.Invariant($"Values are from {Minimum} to {Maximum}; give finite numbers, the smaller one first."));
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstLookVotes, 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(CloserLookVotes, FirstLookVotes);
        ArgumentOutOfRangeException.ThrowIfLessThan(VerificationVotes, 10);
    }
}
