using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// What the ablations of all rows are derived from: secret bytes, or a number, with which votes can be repeated and which anybody finds by trying all.
/// </summary>
internal sealed class AblationSeed
{
    /// <summary>The fewest bytes of a secret seed: 128 bits, which nobody can try.</summary>
    public const int FewestBytes = 16;

    /// <summary>The most bytes: a block of SHA-256, beyond which HMAC would hash them first.</summary>
    public const int MostBytes = 64;

    private const int RandomBytes = 32, FingerprintBytes = 16;

    // How a seed is stored.
    private const byte NumberKind = 1, SecretKind = 2;

    private readonly ulong _number;
    private readonly byte[]? _secret;

    private AblationSeed(ulong number, byte[]? secret) => (_number, _secret) = (number, secret);

    /// <summary>
    /// 128 bits of HMAC-SHA-256, keyed by the seed, over a label of its own: it tells seeds apart, and gives nothing of a secret seed away. The number behind that of a
    /// small number is found by trying all.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            Span<byte> number = stackalloc byte[sizeof(ulong)], hash = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(number, _number);
            HMACSHA256.HashData(_secret ?? number, "Microsoft.ML.Ablation fingerprint of a seed"u8, hash);
            return Convert.ToHexStringLower(hash[..FingerprintBytes]);
        }
    }

    public static AblationSeed OfNumber(ulong number) => new(number, null);

    /// <exception cref="ArgumentException">There are too few bytes, or too many.</exception>
    public static AblationSeed OfSecret(ReadOnlySpan<byte> secret)
    {
        RequireLength(secret.Length, nameof(secret));
        return new AblationSeed(0, secret.ToArray());
    }

    /// <summary>256 bits from the system's generator.</summary>
    public static AblationSeed Random() => new(0, RandomNumberGenerator.GetBytes(RandomBytes));

    /// <exception cref="ArgumentException">There are too few bytes, or too many.</exception>
    public static void RequireLength(int length, string name)
    {
        if (length is < FewestBytes or > MostBytes)
        {
            throw new ArgumentException($"{name} has {length} bytes; it must have {FewestBytes} to {MostBytes}, such as the 32 of RandomNumberGenerator.GetBytes(32).",
                name);
        }
    }

    /// <summary>The key of a row's ablations.</summary>
    public AblationKey KeyOf(ReadOnlySpan<float> features) =>
        _secret is null ? AblationKey.Compute(_number, features) : AblationKey.Compute(_secret, features);

    /// <summary>The key of a text's ablations.</summary>
    public AblationKey KeyOfText(IReadOnlyList<string> words)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, _number);
        return AblationKey.OfText(_secret ?? number, words);
    }

    /// <summary>A number as 16 hexadecimal digits, of a secret its fingerprint alone.</summary>
    public override string ToString() => _secret is null ? $"{_number:x16}" : $"secret, fingerprint {Fingerprint}";

    /// <summary>Writes a byte for the kind and the seed: a number as eight bytes, a secret as its length in one byte and its bytes.</summary>
    public void Write(BinaryWriter writer)
    {
        if (_secret is null)
        {
            writer.Write(NumberKind);
            writer.Write(_number);
            return;
        }
        writer.Write(SecretKind);
        writer.Write((byte)_secret.Length);
        writer.Write(_secret);
    }

    /// <summary>Writes that there is no seed.</summary>
    public static void WriteNone(BinaryWriter writer) => writer.Write((byte)0);

    /// <summary>Reads what <see cref="Write"/> or <see cref="WriteNone"/> wrote; null for no seed.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static AblationSeed? Read(BinaryReader reader)
    {
        byte kind = reader.ReadByte();
        if (kind == 0)
            return null;
        if (kind == NumberKind)
            return OfNumber(reader.ReadUInt64());
        int length = kind == SecretKind ? reader.ReadByte() : -1;
        if (length is < FewestBytes or > MostBytes || reader.ReadBytes(length) is not { } secret || secret.Length != length)
            throw new FormatException($"The model file is damaged: the certifier's seed has the kind {kind} and {length} bytes.");
        return OfSecret(secret);
    }
}
