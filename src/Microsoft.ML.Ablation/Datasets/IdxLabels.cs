namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Reads the labels of an IDX file.</summary>
internal static class IdxLabels
{
    /// <summary>The columns of QMNIST's label files: the class, then whose handwriting it is and where it was.</summary>
    private const int QmnistColumns = 8;

    /// <summary>
    /// One whole number per image, of any type; or, as in the files of QMNIST, the first of eight 32-bit integers per image.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else.</exception>
    public static int[] Read(string path) => IdxFile.Read(path, Problem, (header, file) =>
    {
        var labels = new int[header.Dimensions[0]];
        int columns = file.Count / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            double label = file[i * columns];
            labels[i] = label is >= int.MinValue and <= int.MaxValue && label == Math.Truncate(label)
                ? (int)label
                : throw file.Impossible(i * columns, "Labels are whole numbers");
        }
        return labels;
    });

    private static string? Problem(IdxHeader header) => header.Dimensions switch
    {
        [_] or [_, 1] => null,
        [_, QmnistColumns] when header.Type == IdxType.Int32 => null,
        [_, _] => "Labels are one number per image, or eight 32-bit integers as in QMNIST, of which the first is the class",
        _ => "That is a file of images; labels are one number per image",
    };
}
