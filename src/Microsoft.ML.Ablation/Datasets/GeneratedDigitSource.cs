namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The first <paramref name="count"/> images of <see cref="GeneratedDigits"/> for one seed; nothing is stored.</summary>
internal sealed class GeneratedDigitSource(int count, int seed) : IImageSource
{
    public int Count => count;

    public ImageShape Shape => new(1, GeneratedDigits.Height, GeneratedDigits.Width);

    public int LabelOf(int index) => GeneratedDigits.LabelOf(seed, index);

    public void Read(int index, Span<byte> scratch, Span<float> values)
    {
        GeneratedDigits.Draw(seed, index, scratch);
        ImageLevels.ToValues(scratch, values);
    }
}
