using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>A rectangle of an image that is resized to be the whole.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Mirrored">Whether left and right are exchanged afterwards.</param>
internal readonly record struct ResizedCrop(int Top, int Left, int Height, int Width, bool Mirrored)
{
    private const int Tries = 10;
    private const double LargestRatio = 4.0 / 3;
    private static readonly double s_logOfLargestRatio = Math.Log(LargestRatio);

    /// <summary>
    /// The crop of Szegedy et al. (CVPR 2015, section 6): an area uniform from <paramref name="minimumShare"/> to all of the image's, a
    /// ratio of width to height log-uniform from 3/4 to 4/3, then a uniform place. What sticks out is drawn again, and after ten
    /// tries it is the largest centred rectangle with the nearest such ratio. A function of key and row number.
    /// </summary>
    public static ResizedCrop Draw(AblationKey key, ulong row, int height, int width, double minimumShare, bool flip)
    {
        bool mirrored = flip && (RowWords.Draw(key, row, block: Tries).First & 1) != 0;
        for (uint attempt = 0; attempt < Tries; attempt++)
        {
            RowWords words = RowWords.Draw(key, row, attempt);
            double area = (double)height * width * (minimumShare + (1 - minimumShare) * RowWords.Unit(words.First));
            double ratio = Math.Exp(s_logOfLargestRatio * (2 * RowWords.Unit(words.Second) - 1));
            int cropHeight = (int)Math.Round(Math.Sqrt(area / ratio)), cropWidth = (int)Math.Round(Math.Sqrt(area * ratio));
            if (cropHeight >= 1 && cropHeight <= height && cropWidth >= 1 && cropWidth <= width)
            {
                return new ResizedCrop(RowWords.Below(words.Third, height - cropHeight + 1), RowWords.Below(words.Fourth, width - cropWidth + 1),
                    cropHeight, cropWidth, mirrored);
            }
        }
        int mostHigh = (int)Math.Round(width * LargestRatio), mostWide = (int)Math.Round(height * LargestRatio);
        return Centred(height, width, Math.Min(height, mostHigh), Math.Min(width, mostWide)) with { Mirrored = mirrored };
    }

    /// <summary>The rectangle of the given size in the middle, or half a pixel above or left of it.</summary>
    public static ResizedCrop Centred(int height, int width, int cropHeight, int cropWidth)
        => new((height - cropHeight) / 2, (width - cropWidth) / 2, cropHeight, cropWidth, Mirrored: false);

    /// <summary>Writes the rectangle pixel by pixel; its size is that of the output.</summary>
    public void Copy(ReadOnlySpan<float> image, FeatureLayout layout, Span<float> changed, FeatureLayout output)
    {
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    int from = (Top + y) * layout.Shape.Width + Left + x;
                    changed[output.SlotOf(y * Width + x, channel)] = image[layout.SlotOf(from, channel)];
                }
            }
        }
    }

    /// <summary>The length of the <c>scratch</c> that <see cref="Apply"/> needs for any crop.</summary>
    public static int ScratchLength(FeatureLayout layout, FeatureLayout output) => layout.Shape.Height * output.Shape.Width;

    /// <summary>Writes the rectangle, resized. No value leaves the range of the image's.</summary>
    public void Apply(ReadOnlySpan<float> image, FeatureLayout layout, Span<float> changed, FeatureLayout output, Span<double> scratch)
    {
        (int channels, int outputHeight, int outputWidth) = output.Shape;
        var vertical = new BilinearAxis(Height, outputHeight);
        var horizontal = new BilinearAxis(Width, outputWidth);
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < Height; y++)
            {
                int row = (Top + y) * layout.Shape.Width + Left;
                for (int x = 0; x < outputWidth; x++)
                {
                    int from = row + horizontal.FirstOf(x);
                    double sum = 0;
                    foreach (double weight in horizontal.WeightsOf(x))
                        sum += weight * image[layout.SlotOf(from++, channel)];
                    scratch[y * outputWidth + x] = sum;
                }
            }
            for (int y = 0; y < outputHeight; y++)
            {
                ReadOnlySpan<double> weights = vertical.WeightsOf(y);
                int firstRow = vertical.FirstOf(y) * outputWidth;
                for (int x = 0; x < outputWidth; x++)
                {
                    int from = firstRow + x;
                    double sum = 0;
                    foreach (double weight in weights)
                    {
                        sum += weight * scratch[from];
                        from += outputWidth;
                    }
                    // Summed as doubles, the mean of values up to 1 rounds to at most 1, which Complement encoding insists on.
                    changed[output.SlotOf(y * outputWidth + (Mirrored ? outputWidth - 1 - x : x), channel)] = (float)sum;
                }
            }
        }
    }
}
