using System.Buffers.Binary;
using System.Globalization;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// The beginning of an IDX file: two zeros, a byte for the type of the numbers, a byte for how many dimensions there are, and each of these as a
/// big-endian integer of 32 bits. The numbers follow, big-endian, the last dimension running fastest.
/// </summary>
/// <param name="Type">The type of the numbers.</param>
/// <param name="Dimensions">At least one, each at least 1.</param>
internal sealed record IdxHeader(IdxType Type, int[] Dimensions)
{
    // What is looked at; files with more dimensions hold neither images nor labels.
    private const int MostDimensions = 4;

    /// <summary>How many numbers follow.</summary>
    public Int128 Count => Dimensions.Aggregate(Int128.One, (product, side) => product * side);

    /// <summary>Where the numbers begin.</summary>
    public int Length => 4 + 4 * Dimensions.Length;

    /// <summary>"unsigned bytes, 60,000 × 28 × 28".</summary>
    public override string ToString()
        => $"{NameOf(Type)}, {string.Join(" × ", Dimensions.Select(side => side.ToString("N0", CultureInfo.InvariantCulture)))}";

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or that of a file with neither images nor labels.</exception>
    public static IdxHeader Read(FileContent content)
    {
        Span<byte> bytes = stackalloc byte[4 + 4 * MostDimensions];
        int found = content.Fill(bytes[..4]);
        if (found < 4)
            throw content.Damaged(found, "the header was expected, but the content ends here");
        var type = (IdxType)bytes[2];
        int count = bytes[3];
        if (bytes[0] != 0 || bytes[1] != 0 || !Enum.IsDefined(type) || count == 0)
        {
            throw content.Damaged(0, "two zeros, a type (08, 09, 0B, 0C, 0D or 0E) and the number of dimensions were expected, but "
                + $"{Convert.ToHexString(bytes[..4])} was found");
        }
        if (count > MostDimensions)
            throw content.Unsuited($"{NameOf(type)} in {count} dimensions", $"Images have 3 or 4 dimensions, labels 1 or 2");
        var dimensions = new int[count];
        found += content.Fill(bytes.Slice(4, 4 * count));
        if (found < 4 + 4 * count)
            throw content.Damaged(found, $"the {4 + 4 * count} bytes of the header were expected, but the content ends here");
        for (int i = 0; i < count; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 + 4 * i)..]);
            if (dimensions[i] < 1)
                throw content.Damaged(4 + 4 * i, $"at least 1 of {NameOf(i, count)} was expected, but {dimensions[i]} was found");
        }
        return new IdxHeader(type, dimensions);
    }

    private static string NameOf(int dimension, int count) => (dimension, count) switch
    {
        (0, _) => "items",
        (1, 3) => "rows",
        (2, 3) or (1, 2) => "columns",
        _ => $"dimension {dimension + 1}",
    };

    private static string NameOf(IdxType type) => type switch
    {
        IdxType.UnsignedByte => "unsigned bytes",
        IdxType.SignedByte => "signed bytes",
        IdxType.Int16 => "16-bit integers",
        IdxType.Int32 => "32-bit integers",
        IdxType.Single => "32-bit floating-point numbers",
        _ => "64-bit floating-point numbers",
    };
}
