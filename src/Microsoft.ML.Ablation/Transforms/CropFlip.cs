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
        uint down = (uint)row, right = (uint)(row >> 32), mirror = 0, last = key.CounterWord;
        Philox4x32.Block(ref down, ref right, ref mirror, ref last, key.Key0, key.Key1);
        // Of 2³² words; at most 2⁻¹⁷ of a chance is misplaced, which training does not notice.
        uint moves = 2 * (uint)padding + 1;
        return new CropFlip((int)((ulong)down * moves >> 32) - padding, (int)((ulong)right * moves >> 32) - padding, flip && (mirror & 1) != 0);
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
