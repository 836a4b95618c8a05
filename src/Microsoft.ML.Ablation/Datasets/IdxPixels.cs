namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The images of an IDX file, kept as bytes where the file holds whole numbers.</summary>
internal sealed class IdxPixels
{
    private readonly byte[] _levels = [];
    private readonly float[] _values = [];
    private readonly bool _isInterleaved;

    private IdxPixels(int count, ImageShape shape, bool isInterleaved, byte[] levels, float[] values)
        => (Count, Shape, _isInterleaved, _levels, _values) = (count, shape, isInterleaved, levels, values);

    public int Count { get; }

    public ImageShape Shape { get; }

    /// <summary>
    /// Reads grey images, count × rows × columns, or such with 1 or 3 channels, which may be the second or the last of four dimensions. Whole
    /// numbers are levels from 0 to 255, floating-point numbers brightness from 0 to 1.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else.</exception>
    public static IdxPixels Read(string path) => IdxFile.Read(path, Problem, (header, file) =>
    {
        (ImageShape shape, bool isInterleaved) = ShapeOf(header.Dimensions);
        return header.Type switch
        {
            IdxType.UnsignedByte => new IdxPixels(header.Dimensions[0], shape, isInterleaved, file.Bytes, []),
            IdxType.Single or IdxType.Double => new IdxPixels(header.Dimensions[0], shape, isInterleaved, [], Values(file)),
            _ => new IdxPixels(header.Dimensions[0], shape, isInterleaved, Levels(file), []),
        };
    });

    /// <summary>Writes the values of an image, from 0 to 1, channel by channel and within each row by row.</summary>
    public void Read(int index, Span<float> values)
    {
        int start = index * Shape.Values, positions = Shape.Positions;
        for (int i = 0; i < values.Length; i++)
        {
            int place = start + (_isInterleaved ? i % positions * Shape.Channels + i / positions : i);
            values[i] = _values.Length > 0 ? _values[place] : ImageLevels.ValueOf(_levels[place]);
        }
    }

    private static string? Problem(IdxHeader header) => header.Dimensions switch
    {
        [_, _, _] => null,
        [_, var second, _, var last] when IsChannels(second) != IsChannels(last) => null,
        [_, var second, _, var last] when IsChannels(last) =>
            $"Either its second or its last dimension are the channels of colour images, but it has {second} and {last}, so that it cannot be told which",
        [_, _, _, _] => "Colour images have 4 dimensions of which the second or the last is 1 or 3, the channels",
        [_] => "That is a file of labels; images have the dimensions count × rows × columns, or a fourth for channels",
        _ => "Images have the dimensions count × rows × columns, or a fourth for channels; flat rows of numbers do not say how wide an image is",
    };

    private static bool IsChannels(int side) => side is 1 or 3;

    private static (ImageShape Shape, bool IsInterleaved) ShapeOf(int[] dimensions) => dimensions switch
    {
        [_, var height, var width] => (new ImageShape(1, height, width), false),
        [_, var height, var width, var channels] when IsChannels(channels) => (new ImageShape(channels, height, width), true),
        [_, var channels, var height, var width] => (new ImageShape(channels, height, width), false),
        _ => throw new InvalidOperationException("Other dimensions are refused before."),
    };

    private static byte[] Levels(IdxFile file)
    {
        var levels = new byte[file.Count];
        for (int i = 0; i < levels.Length; i++)
        {
            double value = file[i];
            levels[i] = value is >= 0 and <= 255
                ? (byte)value
                : throw file.Impossible(i, "Whole numbers of images are levels from 0 to 255");
        }
        return levels;
    }

    private static float[] Values(IdxFile file)
    {
        var values = new float[file.Count];
        for (int i = 0; i < values.Length; i++)
        {
            double value = file[i];
            values[i] = value is >= 0 and <= 1
                ? (float)value
                : throw file.Impossible(i, "Floating-point numbers of images are brightness from 0 to 1");
        }
        return values;
    }
}
