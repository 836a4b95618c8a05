namespace Microsoft.ML.Ablation;

/// <summary>
/// The <see cref="Random"/> that a trainer of ours hands to a cursor: it says how many consecutive rows share one ablation,
/// and learns whether a <see cref="RandomAblationTransformer"/> upstream drew fresh ablations from it.
/// </summary>
/// <param name="seed">Seed of the sequence.</param>
/// <param name="rowsPerMask">Consecutive rows that share one ablation; 1 gives each row its own.</param>
internal sealed class AblationRandom(int seed, int rowsPerMask) : Random(seed)
{
    /// <summary>Consecutive rows that share one ablation, at least 1.</summary>
    public int RowsPerMask { get; } = rowsPerMask;

    /// <summary>Whether a cursor drew fresh ablations from this; when not, they are frozen upstream, in a cache for example.</summary>
    public bool Consumed { get; set; }

    /// <summary>What ablates the rows, in words that are the same for the same ablation; null where that is not known.</summary>
    public string? Ablation { get; set; }
}
