namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The images and labels of files in the binary format of CIFAR-10, kept as the bytes that the files hold.</summary>
internal sealed class Cifar10Images : IImageSource
{
    private readonly ReadOnlyMemory<byte>[] _records;

    private Cifar10Images(ReadOnlyMemory<byte>[] records) => _records = records;

    public int Count => _records.Length;

    public ImageShape Shape => Cifar10File.Shape;

    /// <summary>Reads files one after the other.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="countPerFile">How many records each has to have; null for any number.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, cut or of another format; the offset is named.</exception>
    public static Cifar10Images Read(IEnumerable<string> paths, int? countPerFile = null) =>
        new([.. paths.SelectMany(path => Cifar10File.Read(path, countPerFile))]);

    public int LabelOf(int index) => _records[index].Span[0];

    public void Read(int index, Span<byte> scratch, Span<float> values) => ImageLevels.ToValues(_records[index].Span[1..], values);
}
