using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the random ablation of words.</summary>
public sealed record RandomWordAblationOptions : WordAblationOptions
{
    /// <summary>The share of a text's words that an ablation retains, above 0, at most 1. Required.</summary>
    public required double Share { get; init; }

    /// <summary>The fewest words that an ablation retains, at least 1; of a shorter text all. Default: 1.</summary>
    public int Minimum { get; init; } = 1;

    /// <summary>Seed of the ablations that the view shows. Default (null): drawn from the <see cref="MLContext"/>.</summary>
    public int? Seed { get; init; }

    internal WordShare Retained => new(Share, Minimum);

    internal override void Validate()
    {
        if (!(Share > 0 && Share <= 1))
            throw new ArgumentOutOfRangeException(nameof(Share), Share, FormattableString.Invariant($"Share is {Share}; it must be above 0 and at most 1, such as 0.3."));
        if (Minimum < 1)
            throw new ArgumentOutOfRangeException(nameof(Minimum), Minimum, $"Minimum is {Minimum}; an ablation must retain at least 1 word.");
        base.Validate();
    }

    internal static RandomWordAblationOptions Read(BinaryReader reader)
        => Read(reader, new RandomWordAblationOptions { Share = reader.ReadDouble(), Minimum = reader.ReadInt32() });
}
