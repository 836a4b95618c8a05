using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// The part of the randomness that belongs to one row: a pure function of a seed and of the row's content. Together with a
/// stage and a sample index it determines an ablation (<see cref="SubsetSampler"/>), so the ablations of a row do not
/// depend on its place in a data set, on the batch, the thread or the machine.
/// </summary>
/// <remarks>
/// The key is taken from a hash of seed and content. A certificate holds with probability at least 1 − α over the ablations, so the
/// ablations must not be chosen by the one who chooses the input. Somebody who knows the seed can try inputs until one is certified wrongly.
/// Somebody who does not know a secret seed of at least 128 random bits cannot predict the ablations of any input, nor find the seed from the keys of rows
/// that he knows. A number is found from a single row and its key by trying all numbers: it is for repeatable votes, where no opponent chooses inputs.
/// </remarks>
public readonly struct AblationKey : IEquatable<AblationKey>
{
    // A multiple of every vector width; 4 KiB, so that a large row is hashed in pieces that stay in the first-level cache.
    private const int FloatsPerPiece = 1024;

    [ThreadStatic]
    private static IncrementalHash? s_hash;

    private AblationKey(uint key0, uint key1, uint counterWord)
    {
        Key0 = key0;
        Key1 = key1;
        CounterWord = counterWord;
    }

    /// <summary>The first half of the Philox key.</summary>
    internal uint Key0 { get; }

    /// <summary>The second half of the Philox key.</summary>
    internal uint Key1 { get; }

    /// <summary>The last word of every Philox counter of the row: 32 more bits that tell rows apart.</summary>
    internal uint CounterWord { get; }

    /// <summary>
    /// Computes the key of one row: the first 12 bytes of SHA-256 over the seed (8 bytes), the number of features (8 bytes) and
    /// the features (4 bytes each), all little-endian.
    /// </summary>
    /// <param name="seed">The seed; whoever knows it, or tries it, can predict every ablation.</param>
    /// <param name="features">
    /// The row's features before ablation, any number of them. −0 counts as +0 and every NaN as the same missing value, so that
    /// rows that compare equal have equal keys.
    /// </param>
    /// <returns>The key; the same on every machine.</returns>
    public static AblationKey Compute(ulong seed, ReadOnlySpan<float> features)
    {
        IncrementalHash hash = s_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, seed);
        hash.AppendData(number);
        return Of(hash, features);
    }

    /// <summary>
    /// Computes the key of one row under a secret seed: the first 12 bytes of HMAC-SHA-256, keyed by the seed, over the 29 ASCII characters
    /// "Microsoft.ML.Ablation row key", the number of features (8 bytes) and the features (4 bytes each), little-endian.
    /// </summary>
    /// <param name="secretSeed">16 to 64 bytes that nobody can guess.</param>
    /// <param name="features">The row's features before ablation, as for the other overload.</param>
    /// <returns>The key; the same on every machine.</returns>
    /// <exception cref="ArgumentException"><paramref name="secretSeed"/> has another number of bytes.</exception>
    public static AblationKey Compute(ReadOnlySpan<byte> secretSeed, ReadOnlySpan<float> features)
    {
        AblationSeed.RequireLength(secretSeed.Length, nameof(secretSeed));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secretSeed);
        hash.AppendData("Microsoft.ML.Ablation row key"u8);
        return Of(hash, features);
    }

    /// <summary>
    /// The key of a text: the first 12 bytes of HMAC-SHA-256, keyed by the seed, over the 30 ASCII characters "Microsoft.ML.Ablation text key", and of every word its number of UTF-16
    /// code units (4 bytes) and these (2 bytes each), little-endian.
    /// </summary>
    /// <param name="seed">The seed: the bytes of a secret one, the eight bytes of a number.</param>
    /// <param name="words">The words of the text.</param>
    internal static AblationKey OfText(ReadOnlySpan<byte> seed, IReadOnlyList<string> words)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, seed);
        hash.AppendData("Microsoft.ML.Ablation text key"u8);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string word in words)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, word.Length);
            hash.AppendData(length);
            hash.AppendData(Encoding.Unicode.GetBytes(word));
        }
        return End(hash);
    }

    /// <summary>Ends a hash with the features, and takes the key from it.</summary>
    private static AblationKey Of(IncrementalHash hash, ReadOnlySpan<float> features)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)features.Length);
        hash.AppendData(length);

        Span<float> piece = stackalloc float[Math.Min(FloatsPerPiece, features.Length)];
        while (!features.IsEmpty)
        {
            int count = Math.Min(piece.Length, features.Length);
            CopyCanonical(features[..count], piece);
            hash.AppendData(MemoryMarshal.AsBytes(piece[..count]));
            features = features[count..];
        }

        return End(hash);
    }

    private static AblationKey End(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new AblationKey(
            BinaryPrimitives.ReadUInt32LittleEndian(digest),
            BinaryPrimitives.ReadUInt32LittleEndian(digest[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(digest[8..]));
    }

    /// <summary>The key with the given words, as another machine has computed it.</summary>
    internal static AblationKey FromWords(uint key0, uint key1, uint counterWord) => new(key0, key1, counterWord);

    /// <summary>The key that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not 24 hexadecimal digits.</exception>
    internal static AblationKey Parse(string text) => text.Length == 24
        ? new AblationKey(Word(text, 0), Word(text, 8), Word(text, 16))
        : throw new FormatException($"'{text}' is no key of a row; a key has 24 hexadecimal digits.");

    /// <summary>The key as 24 hexadecimal digits.</summary>
    public override string ToString() => $"{Key0:x8}{Key1:x8}{CounterWord:x8}";

    /// <summary>Whether two keys are the same, so that their ablations are.</summary>
    /// <param name="other">The other key.</param>
    public bool Equals(AblationKey other) => Key0 == other.Key0 && Key1 == other.Key1 && CounterWord == other.CounterWord;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AblationKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key0, Key1, CounterWord);

    /// <summary>Whether two keys are the same.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(AblationKey left, AblationKey right) => left.Equals(right);

    /// <summary>Whether two keys differ.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(AblationKey left, AblationKey right) => !left.Equals(right);

    private static uint Word(string text, int start) =>
        uint.TryParse(text.AsSpan(start, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word)
            ? word
            : throw new FormatException($"'{text}' is no key of a row; a key has 24 hexadecimal digits.");

    private static void CopyCanonical(ReadOnlySpan<float> source, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // Adding +0 turns −0 into +0 and leaves every other number as it is.
            Vector<float> value = new Vector<float>(source[i..]) + Vector<float>.Zero;
            Vector.ConditionalSelect(Vector.Equals(value, value), value, new Vector<float>(float.NaN)).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
            destination[i] = float.IsNaN(source[i]) ? float.NaN : source[i] + 0f;

        if (!BitConverter.IsLittleEndian)
        {
            Span<uint> words = MemoryMarshal.Cast<float, uint>(destination[..source.Length]);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
