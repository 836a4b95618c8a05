namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>How much training a time is enough for.</summary>
/// <param name="ImagesPerSecond">The speed of the training.</param>
/// <param name="Epochs">Passes over the images, at least one.</param>
/// <param name="Rows">How many of the images are used: all of them, unless the time is not enough for one pass.</param>
internal sealed record EpochBudget(double ImagesPerSecond, int Epochs, long Rows)
{
    /// <summary>The share of the time that a probe of the speed may take.</summary>
    public const double ProbeShare = 0.1;

    /// <summary>What is left to training; the rest is for its end: validation, the ranges of integers, the file.</summary>
    private const double TrainingShare = 0.85;

    private const int LeastRows = 1_000;

    /// <summary>As many epochs as the time is enough for, or where it is not enough for one, a part of the images.</summary>
    /// <param name="imagesPerSecond">The speed, as <see cref="TrainingProbe"/> measured it.</param>
    /// <param name="time">What is left.</param>
    /// <param name="rows">The images there are, at least one.</param>
    /// <param name="mostEpochs">The most epochs.</param>
    public static EpochBudget Of(double imagesPerSecond, TimeSpan time, long rows, int mostEpochs)
    {
        double seen = TrainingShare * Math.Max(0, time.TotalSeconds) * imagesPerSecond;
        return new EpochBudget(imagesPerSecond, (int)Math.Clamp(seen / rows, 1, mostEpochs), seen < rows ? (long)Math.Max(Math.Min(rows, LeastRows), seen) : rows);
    }

    public override string ToString() => FormattableString.Invariant($"{ImagesPerSecond:F0} images a second, so {Epochs} epochs of {Rows} images.");
}
