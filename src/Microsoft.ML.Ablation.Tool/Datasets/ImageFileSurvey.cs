using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>What image files in class folders look like, for a model that suits them.</summary>
/// <param name="Counts">The classes with the number of their files, in the order of their names.</param>
/// <param name="Sides">The shorter side of each file that was looked at, in pixels, ascending; at least one.</param>
internal sealed record ImageFileSurvey(IReadOnlyList<(string Class, int Files)> Counts, IReadOnlyList<int> Sides)
{
    private const int MostFiles = 200, MostClassesListed = 12;

    /// <summary>The sizes that larger images are brought to; smaller ones stay as they are.</summary>
    private static readonly int[] s_sizes = [32, 48, 64, 96, 128, 160, 224];

    /// <summary>All files.</summary>
    public int Files => Counts.Sum(count => count.Files);

    /// <summary>The middle of the shorter sides.</summary>
    public int MedianSide => Sides[Sides.Count / 2];

    /// <summary>The height and width that suit the files: their own where that is small, else the nearest usual one.</summary>
    public int Size => MedianSide <= s_sizes[0] ? Math.Max(4, MedianSide) : s_sizes.MinBy(size => Math.Abs(Math.Log((double)size / MedianSide)));

    /// <summary>Counts the files of each class, and reads the sizes that some of them say they have, from everywhere in the folders; decodes none.</summary>
    /// <param name="rows">Rows with the columns <c>ImagePath</c> and <c>Label</c>.</param>
    /// <exception cref="InvalidDataException">None of the files that were looked at is an image.</exception>
    public static ImageFileSurvey Of(IDataView rows)
    {
        string[] paths = [.. rows.GetColumn<string>("ImagePath")];
        (string, int)[] counts = [.. rows.GetColumn<string>("Label").CountBy(label => label, StringComparer.Ordinal).OrderBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => (count.Key, count.Value))];
        int looked = Math.Min(MostFiles, paths.Length);
        int[] sides = [.. Enumerable.Range(0, looked).Select(i => ShorterSide(paths[(int)((long)i * paths.Length / looked)])).OfType<int>().Order()];
        return sides.Length > 0
            ? new ImageFileSurvey(counts, sides)
            : throw new InvalidDataException($"None of {looked} image files can be read, such as '{paths.FirstOrDefault()}'; give PNG or JPEG files.");
    }

    /// <summary>What was understood, in lines.</summary>
    /// <param name="size">The height and width that are used.</param>
    public IEnumerable<string> Lines(int size)
    {
        string[] listed = [.. Counts.Take(MostClassesListed).Select(count => FormattableString.Invariant($"{count.Class} ({count.Files:N0})"))];
        string more = Counts.Count > listed.Length ? FormattableString.Invariant($" and {Counts.Count - listed.Length:N0} more") : "";
        yield return FormattableString.Invariant($"Classes: {Counts.Count:N0}, with {Files:N0} files: {string.Join(", ", listed)}{more}.");
        string sides = Sides[0] == Sides[^1] ? FormattableString.Invariant($"{Sides[0]} pixels") : FormattableString.Invariant($"{Sides[0]} to {Sides[^1]} pixels, half of them up to {MedianSide}");
        yield return FormattableString.Invariant($"Sizes: the shorter side has {sides}; the model sees {size} × {size}.");
        if (Files < 20 * Counts.Count)
            yield return FormattableString.Invariant($"Remark: {(double)Files / Counts.Count:F0} files for each class are few; expect little.");
    }

    /// <summary>Null where the file's beginning is not that of an image; its reader will say so.</summary>
    private static int? ShorterSide(string path)
    {
        using SKCodec? codec = SKCodec.Create(path);
        return codec is null ? null : Math.Min(codec.Info.Width, codec.Info.Height);
    }
}
