using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>
/// Answers to the masks of a family as text: the rank of each class for each mask, mask by mask, in base 64. A rank is at most the number of classes, and takes one byte where that fits,
/// else two, or three, the lowest first.
/// </summary>
internal static class AnswerText
{
    public static string Of(MaskAnswers answers)
    {
        int size = SizeFor(answers.ClassCount);
        ReadOnlySpan<float> ranks = answers.Ranks;
        var bytes = new byte[ranks.Length * size];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)((int)ranks[i / size] >> (8 * (i % size)));
        return Convert.ToBase64String(bytes);
    }

    /// <param name="text">The text.</param>
    /// <param name="masks">The number of masks.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="allowsSeveral">Whether several classes can have a vote of the same mask.</param>
    /// <exception cref="InvalidDataException">The text does not hold such answers.</exception>
    public static MaskAnswers ToAnswers(string text, int masks, int classes, bool allowsSeveral)
    {
        int size = SizeFor(classes);
        var bytes = new byte[checked(masks * classes * size)];
        if (!Convert.TryFromBase64String(text, bytes, out int written) || written != bytes.Length)
            throw new InvalidDataException($"The answers do not hold a rank for each of {masks} masks and {classes} classes.");
        var ranks = new float[masks * classes];
        for (int i = bytes.Length - 1; i >= 0; i--)
            ranks[i / size] = 256 * ranks[i / size] + bytes[i];
        return ranks.All(rank => rank <= classes)
            ? MaskAnswers.OfRanks(ranks, classes, allowsSeveral)
            : throw new InvalidDataException($"The answers hold rank {ranks.Max()}, but ranks are from 0 to {classes}.");
    }

    private static int SizeFor(int classes) => classes <= byte.MaxValue ? 1 : classes <= ushort.MaxValue ? 2 : 3;
}
