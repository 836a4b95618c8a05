using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Which words of a text vote, in a run's manifest: fixed masks, or random shares.</summary>
/// <param name="Masks">The number of fixed masks; null where ablations are random.</param>
/// <param name="By">What decides the mask of a word; null where ablations are random.</param>
/// <param name="Share">The share of the words that an ablation retains; null where masks are fixed.</param>
/// <param name="Minimum">The fewest words that it retains; null where masks are fixed.</param>
internal sealed record RunWords(int? Masks, string? By, double? Share, int? Minimum)
{
    public static RunWords Of(WordSession session) => session switch
    {
        WordPartitionSession masks => new(masks.Partition.Count, masks.Partition.By.ToString(), null, null),
        RandomWordSession random => new(null, null, random.Share.Share, random.Share.Minimum),
        _ => throw new NotSupportedException($"{session.GetType().Name} votes in a way that runs do not know."),
    };

    /// <summary>The fixed masks; null where ablations are random.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public WordPartition? ToPartition()
    {
        if (Masks is not { } masks)
            return null;
        return masks is >= 1 and <= WordPartition.MostMasks && Enum.TryParse(By, out PartitionBy by) && Enum.IsDefined(by)
            ? new WordPartition(masks, by)
            : throw new InvalidDataException($"The run has {masks} masks of words by '{By}', which this version does not know.");
    }

    /// <summary>The share of random ablations.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public WordShare ToShare() => (Share, Minimum) is ( > 0 and <= 1, >= 1)
        ? new WordShare(Share.Value, Minimum.Value)
        : throw new InvalidDataException("The run has neither masks of words nor a share of them.");
}
