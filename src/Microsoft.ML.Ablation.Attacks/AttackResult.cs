namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The result of an attack on one row.</summary>
public sealed record AttackResult
{
    /// <summary>The number of the row in the data, from 0.</summary>
    public required long Row { get; init; }

    /// <summary>The name of the true class.</summary>
    public required string Label { get; init; }

    /// <summary>The predicted class of the original row; null when the model abstains.</summary>
    public required string? Answer { get; init; }

    /// <summary>
    /// The certified radius of the original row, −1 for none; null for a model that certifies nothing. It counts pixels, or multiples of <see cref="CertifiedPatch"/>.
    /// </summary>
    public required int? CertifiedRadius { get; init; }

    /// <summary>
    /// The number of changed pixels after which the model misclassifies the row or abstains: 0 if it does so for the original
    /// row, null if the attack found nothing. Of <see cref="AdversarialPatch"/> the size of the patch, in multiples of <see cref="Patch"/>.
    /// </summary>
    public required int? Distance { get; init; }

    /// <summary>
    /// Whether fresh votes of another seed confirm the success. An unverified success against a smoothed classifier may be due to
    /// chance. True for plain classifiers, for fixed masks, and for rows that need no attack, which leave nothing to verify.
    /// </summary>
    public required bool IsVerified { get; init; }

    /// <summary>The predicted class of the adversarial row; null when the model abstains, or when nothing was found.</summary>
    public required string? AdversarialAnswer { get; init; }

    /// <summary>The original row, in the order of the column's slots.</summary>
    public required IReadOnlyList<float> Original { get; init; }

    /// <summary>The adversarial row; null when nothing was found or searched for.</summary>
    public required IReadOnlyList<float>? Adversarial { get; init; }

    /// <summary>Queries and votes for this row.</summary>
    public required AttackCost Cost { get; init; }

    /// <summary>Duration for this row, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The number of top classes that the true class stays among within the certified radius; 1 unless the rule is Top.
    /// </summary>
    public int CertifiedTopCount { get; init; } = 1;

    /// <summary>
    /// The number of other classes that fresh votes for the adversarial row put ahead of the true class, each by a two-sided
    /// binomial test at α/(c − 1) for c classes; null when nothing was found, and for models that are not certified under the
    /// rule Top.
    /// </summary>
    public int? ClassesAhead { get; init; }

    /// <summary>What <see cref="Distance"/> is a multiple of; null where it is a number of pixels.</summary>
    public PatchUnit? Patch { get; init; }

    /// <summary>What <see cref="CertifiedRadius"/> is a multiple of; null where it is a number of pixels.</summary>
    public PatchUnit? CertifiedPatch { get; init; }

    /// <summary>Whether the certificate holds without chance, as those of fixed masks do: within it the model does not abstain either.</summary>
    public bool IsCertain { get; init; }

    /// <summary>
    /// Whether a verified success within the certified radius contradicts the certificate. For a correct certificate this happens
    /// only if the verifying votes err, each with a probability of at most α; with fixed masks it never happens. Another class contradicts it. An abstention does so only with fixed
    /// masks, because a sampled certificate is about the most likely class, which votes need not settle. Under the rule Top,
    /// <see cref="CertifiedTopCount"/> other classes must be ahead of the true one. An attack with a patch contradicts only certificates against the same patch, and one that counts
    /// pixels only certificates that do.
    /// </summary>
    public bool RefutesCertificate => IsVerified && Patch == CertifiedPatch && Distance > 0 && Distance <= CertifiedRadius
        && (CertifiedTopCount == 1 ? AdversarialAnswer is not null || IsCertain : ClassesAhead >= CertifiedTopCount);
}
