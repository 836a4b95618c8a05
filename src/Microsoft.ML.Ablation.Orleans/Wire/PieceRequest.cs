using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>
/// A piece of work: some ablations of one row, or all masks where they are fixed. The seed stays with the client; what follows from it for one row is sent.
/// </summary>
/// <param name="Subject">The model and how it is asked.</param>
/// <param name="Key">The three words of the row's <see cref="AblationKey"/>.</param>
/// <param name="Row">The row's values in channel-major order; null for a row that the worker has been given before.</param>
/// <param name="Ranges">The samples whose votes are counted; where masks are fixed one range of all of them.</param>
/// <param name="Single">Samples whose answers are wanted one by one, of the stage of the only range, in place of votes.</param>
[GenerateSerializer, Immutable, Alias("ablation.piece")]
internal sealed record PieceRequest(
    [property: Id(0)] VoteSubject Subject,
    [property: Id(1)] RowKey Key,
    [property: Id(2)] float[]? Row,
    [property: Id(3)] SampleSpan[] Ranges,
    [property: Id(4)] uint[]? Single)
{
    /// <summary>The most ranges of a piece.</summary>
    public const int MaxRanges = 16;

    /// <summary>The most samples of a piece: what a client cuts is far smaller.</summary>
    public const int MaxSamples = 10_000_000;

    /// <summary>What is wrong with the request; null for nothing.</summary>
    public string? Problem()
    {
        if (Ranges.Length is 0 or > MaxRanges)
            return $"It has {Ranges.Length} ranges; 1 to {MaxRanges} are allowed.";
        if (Ranges.Any(range => range.Count < 1 || !Enum.IsDefined(range.Stage) || range.First > uint.MaxValue - (uint)range.Count))
            return "It has a range that is empty, or of a stage that does not exist.";
        if (Ranges.Sum(range => (long)range.Count) > MaxSamples || Single?.Length > MaxSamples)
            return FormattableString.Invariant($"It asks for more than {MaxSamples:N0} samples.");
        if (Subject.HasFixedMasks && (Single is not null || Ranges is not [{ Stage: AblationStage.Exact, First: 0 }]))
            return "It asks for votes of a model with fixed masks; all masks are scored at once.";
        return Row is not null && Row.Length != Subject.Values ? $"Its row has {Row.Length} values, but the model's have {Subject.Values}." : null;
    }
}

/// <summary>The words of an <see cref="AblationKey"/>.</summary>
[GenerateSerializer, Immutable, Alias("ablation.key")]
internal readonly record struct RowKey([property: Id(0)] uint Key0, [property: Id(1)] uint Key1, [property: Id(2)] uint CounterWord)
{
    public static RowKey Of(AblationKey key) => new(key.Key0, key.Key1, key.CounterWord);

    public AblationKey ToKey() => AblationKey.FromWords(Key0, Key1, CounterWord);
}

/// <summary>A <see cref="SampleRange"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("ablation.range")]
internal readonly record struct SampleSpan([property: Id(0)] AblationStage Stage, [property: Id(1)] uint First, [property: Id(2)] int Count)
{
    public static SampleSpan Of(SampleRange range) => new(range.Stage, range.First, range.Count);

    public SampleRange ToRange() => new(Stage, First, Count);
}
