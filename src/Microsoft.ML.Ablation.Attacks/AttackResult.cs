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

    /// <summary>
    /// Whether a verified success with another answer lies within the certified radius, which no right certificate allows but with probability α. An abstention refutes
    /// nothing: the certificate is of the class that is most likely, which votes need not settle.
    /// </summary>
    public bool RefutesCertificate => IsVerified && AdversarialAnswer is not null && Distance > 0 && Distance <= CertifiedRadius;
}
