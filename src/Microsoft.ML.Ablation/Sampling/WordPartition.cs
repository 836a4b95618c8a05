using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>Disjoint masks of the words of a text, which together retain every word once.</summary>
internal sealed class WordPartition : IWordRetention
{
    private readonly List<int> _retained = [];
    private IReadOnlyList<string>? _words;
    private int[] _masks = [];

    /// <param name="count">N, the number of masks, at least 1.</param>
    /// <param name="by">What decides the mask of a word.</param>
    public WordPartition(int count, PartitionBy by)
    {
        if (count is < 1 or > MostMasks)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"masks is {count}; it must be from 1 to {MostMasks}.");
        if (!Enum.IsDefined(by))
            throw new ArgumentOutOfRangeException(nameof(by), by, "by must be Place or Word.");
        (Count, By) = (count, by);
    }

    /// <summary>The most masks.</summary>
    public const int MostMasks = 1 << 16;

    /// <summary>N, the number of masks.</summary>
    public int Count { get; }

    /// <summary>What decides the mask of a word.</summary>
    public PartitionBy By { get; }

    /// <summary>The masks of a text of <paramref name="d"/> words as masks of positions. By place these are the ones that hold a word; by word each mask is one position.</summary>
    /// <param name="d">The number of words; a text without words counts as one word that is empty.</param>
    public MaskFamily FamilyOf(int d)
    {
        if (By == PartitionBy.Word)
            return MaskFamily.Of(Count, Enumerable.Range(0, Count).Select(mask => new[] { mask }));
        int positions = Math.Max(1, d), masks = Math.Min(Count, positions);
        return MaskFamily.Of(positions, Enumerable.Range(0, masks).Select(mask => Enumerable.Range(0, positions).Where(place => place % Count == mask)));
    }

    /// <summary>The mask of a word: its place modulo N; or the first eight bytes of SHA-256 over its UTF-16 code units, little-endian, modulo N.</summary>
    /// <param name="words">All words.</param>
    /// <param name="place">The word's place.</param>
    public int MaskOf(IReadOnlyList<string> words, int place)
    {
        if (By == PartitionBy.Place)
            return place % Count;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(words[place].AsSpan()), hash);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(hash) % (ulong)Count);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<int> Of(IReadOnlyList<string> words, AblationKey key, AblationStage stage, uint sampleIndex)
    {
        if (_words != words)
            (_words, _masks) = (words, [.. Enumerable.Range(0, words.Count).Select(place => MaskOf(words, place))]);
        _retained.Clear();
        for (int place = 0; place < words.Count; place++)
        {
            if (_masks[place] == sampleIndex)
                _retained.Add(place);
        }
        return CollectionsMarshal.AsSpan(_retained);
    }
}
