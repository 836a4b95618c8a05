namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// Reads files in the binary format of CIFAR-10, plain or gzipped: records of 3,073 bytes, each a label from 0 to 9 and then the
/// 1,024 red, 1,024 green and 1,024 blue values of an image, row by row.
/// </summary>
internal static class Cifar10File
{
    /// <summary>Three channels, 32 × 32 pixels.</summary>
    public static readonly ImageShape Shape = new(3, 32, 32);

    /// <summary>The bytes of a record: the label and the image.</summary>
    public static readonly int RecordLength = 1 + Shape.Values;

    private const int ClassCount = 10;

    // Those of CIFAR-100 begin with two labels, the coarse one and the fine one.
    private static readonly int s_hundredRecordLength = RecordLength + 1;

    /// <summary>Reads all records of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many records it has to have; null for any number from 1.</param>
    /// <returns>The records, each of <see cref="RecordLength"/> bytes, in the order of the file.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, cut or of another format; the offset is named.</exception>
    public static ReadOnlyMemory<byte>[] Read(string path, int? count = null)
    {
        using FileContent content = FileContent.Open(path, "CIFAR-10");
        int end = RecordLength * (count ?? Array.MaxLength / RecordLength);
        byte[] bytes = content.ReadUpTo(end);
        if (count is not null && bytes.Length < end)
            throw content.Damaged(bytes.Length, FormattableString.Invariant($"{end:N0} bytes, {count:N0} records, were expected, but the content ends here"));
        if (bytes.Length == 0)
            throw content.Damaged(0, FormattableString.Invariant($"records of {RecordLength:N0} bytes were expected, but the content ends here"));
        if (bytes.Length % RecordLength != 0 && bytes.Length % s_hundredRecordLength == 0)
            throw content.Unsuited(FormattableString.Invariant($"{bytes.Length / s_hundredRecordLength:N0} records with two labels, as CIFAR-100 has them"), "CIFAR-10 has one label per record");
        (int whole, int rest) = Math.DivRem(bytes.Length, RecordLength);
        if (rest > 0)
        {
            throw content.Damaged(bytes.Length,
                FormattableString.Invariant($"whole records of {RecordLength:N0} bytes were expected, but the content ends {rest:N0} bytes into record {whole + 1:N0}"));
        }
        if (!content.IsAtEnd())
            throw content.Damaged(end, FormattableString.Invariant($"the end was expected after {whole:N0} records, but more bytes follow"));

        var records = new ReadOnlyMemory<byte>[whole];
        for (int i = 0; i < records.Length; i++)
        {
            int start = i * RecordLength;
            if (bytes[start] >= ClassCount)
                throw content.Damaged(start, $"a label from 0 to {ClassCount - 1} was expected, but {bytes[start]} was found");
            records[i] = bytes.AsMemory(start, RecordLength);
        }
        return records;
    }
}
