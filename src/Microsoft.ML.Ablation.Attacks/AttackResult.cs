namespace Microsoft.ML.Ablation.Attacks;

/// <summary>What an attack found for one row.</summary>
public sealed record AttackResult
{
    /// <summary>The number of the row in the data, from 0.</summary>
    public required long Row { get; init; }

    /// <summary>The name of the true class.</summary>
    public required string Label { get; init; }

    /// <summary>The class that the model answers to the row as it is; null when it abstains.</summary>
    public required string? Answer { get; init; }

    /// <summary>The certified radius of the row as it is, −1 for none; null for a model that certifies nothing.</summary>
    public required int? CertifiedRadius { get; init; }

    /// <summary>
    /// Pixels that were changed to make the model answer otherwise, or abstain: 0 for a row that it does not answer rightly as it is, null when
    /// the attack found nothing.
    /// </summary>
    public required int? Distance { get; init; }

    /// <summary>
    /// Whether fresh votes of another seed say the same. A success against a smoothed classifier that is not verified may be an accident of the
    /// votes. Rows that need no attack, and plain classifiers, have nothing to verify: true.
    /// </summary>
    public required bool IsVerified { get; init; }

    /// <summary>The class that the model answers then; null when it abstains, or when nothing was found.</summary>
    public required string? AdversarialAnswer { get; init; }

    /// <summary>The row, in the order of the column's slots.</summary>
    public required IReadOnlyList<float> Original { get; init; }

    /// <summary>What was found; null for nothing, and where nothing was looked for.</summary>
    public required IReadOnlyList<float>? Adversarial { get; init; }

    /// <summary>What it took.</summary>
    public required AttackCost Cost { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Among how many classes the true class stays within the certified radius: the rule Top's number of places, 1 for every other rule.</summary>
    public int CertifiedTopCount { get; init; } = 1;

    /// <summary>
    /// How many other classes fresh votes put ahead of the true class at what was found, each by a two-sided binomial test at α/(c − 1) for c classes; null where
    /// nothing was found, and for models that are not certified under the rule Top.
    /// </summary>
    public int? ClassesAhead { get; init; }

    /// <summary>
    /// Whether a verified success within the certified radius contradicts the certificate, which no right certificate allows but where the votes that verify it err, each
    /// with a probability of at most α. Another answer does; an abstention does not, because the certificate is of the class that is most likely, which votes need not settle.
    /// Where the class is certified to stay among several, <see cref="CertifiedTopCount"/> other classes have to be ahead of it.
    /// </summary>
    public bool RefutesCertificate => IsVerified && Distance > 0 && Distance <= CertifiedRadius
        && (CertifiedTopCount == 1 ? AdversarialAnswer is not null : ClassesAhead >= CertifiedTopCount);
}
