using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>One change of an image.</summary>
/// <param name="Down">Pixels by which the image is looked at further down; may be negative.</param>
/// <param name="Right">Pixels by which it is looked at further to the right; may be negative.</param>
/// <param name="Mirrored">Whether left and right are exchanged afterwards.</param>
internal readonly record struct CropFlip(int Down, int Right, bool Mirrored)
{
    /// <summary>A uniformly drawn change: a function of key and row number.</summary>
    public static CropFlip Draw(AblationKey key, ulong row, int padding, bool flip)
    {
        RowWords words = RowWords.Draw(key, row, block: 0);
        int moves = 2 * padding + 1;
        return new CropFlip(RowWords.Below(words.First, moves) - padding, RowWords.Below(words.Second, moves) - padding,
            flip && (words.Third & 1) != 0);
    }

    /// <summary>Writes the changed image; zero where the original has no pixel.</summary>
    public void Apply(ReadOnlySpan<float> image, FeatureLayout layout, Span<float> changed)
    {
        (int channels, int height, int width) = (layout.Channels, layout.Shape.Height, layout.Shape.Width);
        changed.Clear();
        for (int y = Math.Max(0, -Down); y < Math.Min(height, height - Down); y++)
        {
            for (int x = Math.Max(0, -Right); x < Math.Min(width, width - Right); x++)
            {
                int from = (y + Down) * width + x + Right;
                int to = y * width + (Mirrored ? width - 1 - x : x);
                for (int channel = 0; channel < channels; channel++)
                    changed[layout.SlotOf(to, channel)] = image[layout.SlotOf(from, channel)];
            }
        }
    }
}
