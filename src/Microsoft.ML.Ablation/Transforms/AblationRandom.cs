namespace Microsoft.ML.Ablation;

/// <summary>
/// The <see cref="Random"/> that a trainer of ours hands to a cursor: it says how ablations are drawn, and learns whether a
/// <see cref="RandomAblationTransformer"/> upstream drew fresh ones from it.
/// </summary>
/// <param name="seed">Seed of the sequence.</param>
internal sealed class AblationRandom(int seed) : Random(seed)
{
    /// <summary>Consecutive rows that share one ablation, at least 1; 1 gives each row its own.</summary>
    public int RowsPerMask { get; init; } = 1;

    /// <summary>Ablations of each row, at least 1.</summary>
    public int MasksPerRow { get; init; } = 1;

    /// <summary>Which ablation of a row its next reading gives, from 0 to <see cref="MasksPerRow"/> − 1.</summary>
    public int Mask { get; set; }

    /// <summary>Whether the next reading of a row gives it as a whole, encoded with nothing ablated.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether images come as they are, without augmentation: for the rows that a training is validated on.</summary>
    public bool IsUnaugmented { get; init; }

    /// <summary>How many positions stay, as a multiple of the transformer's <c>k</c>.</summary>
    public double RetainedScale { get; init; } = 1;

    /// <summary>r, at least 1: the number of positions that stay is a further multiple of each ablation's own, between 1/r and r.</summary>
    public double RetainedSpread { get; init; } = 1;

    /// <summary>How many positions the first ablation of a row retains, as a further multiple.</summary>
    public double FirstMaskScale { get; init; } = 1;

    /// <summary>Whether a cursor drew fresh ablations from this; when not, they are frozen upstream, in a cache for example.</summary>
    public bool Consumed { get; set; }

    /// <summary>What ablates the rows, in words that are the same for the same ablation; null where that is not known.</summary>
    public string? Ablation { get; set; }

    /// <summary>What shows rows through a fixed family of masks, for trainers that take whole rows and ablate them themselves; null where ablations are random.</summary>
    public MaskedRows? Masked { get; set; }

    /// <summary>How many of the encoded channels, from the first, are the row's own values; 0 where that is not known.</summary>
    public int ValueChannels { get; set; }
}
