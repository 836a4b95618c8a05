using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the smoothed regressor.</summary>
public sealed record SmoothedRegressorOptions
{
    private const int LargestCount = 100_000_000, MostRadii = 100_000;

    /// <summary>R, the largest number of changed positions for which an interval is given, from 0 to 100,000. Each row has intervals for ρ = 0, …, R. Default: 3.</summary>
    public int LargestRadius { get; init; } = 3;

    /// <summary>n, how many random ablations of a row are asked, from 1 to 100,000,000; fixed masks are asked once each. Default: 1,000.</summary>
    public int SampleCount { get; init; } = 1_000;

    /// <summary>
    /// Where there are at most so many ablations, all C(d, k) are asked once instead of sampling: intervals then hold without chance, and α and the seed play no part. From 0 (never) to
    /// 100,000,000. Default (null): <see cref="SampleCount"/>.
    /// </summary>
    public int? ExactBudget { get; init; }

    /// <summary>
    /// The largest chance <c>α</c> that any of a row's R + 1 intervals is wrong, strictly between 0 and 1; each has α/(R + 1). With all ablations and with fixed masks there is no such
    /// chance. Default: 0.05.
    /// </summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The column of the base regressor that is smoothed, a Single, such as the Probability of a binary classifier. Default: "Score".</summary>
    public string BaseColumnName { get; init; } = "Score";

    /// <summary>Threads that ask the base regressor, at least 1. Default (null): one per core. 1 is for regressors that are not thread-safe.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Ends the work, between outputs of a row, with an <see cref="OperationCanceledException"/>, whoever reads the rows. It is not saved with the model. Default: never.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <inheritdoc cref="SmoothedCertifierOptions.Seed"/>
    public int? Seed { get; init; }

    /// <inheritdoc cref="SmoothedCertifierOptions.SecretSeed"/>
    public ReadOnlyMemory<byte>? SecretSeed { get; init; }

    /// <summary>Single column: the lower median of the outputs for the row's ablations. Default: "Score".</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Vector of Single, for ρ = 0, …, R: the smoothed regressor's output is not below it, however ρ positions are changed; −∞ where nothing is certain. Default: "CertifiedLower".
    /// </summary>
    public string CertifiedLowerColumnName { get; init; } = "CertifiedLower";

    /// <summary>
    /// Vector of Single, for ρ = 0, …, R: the smoothed regressor's output is not above it, however ρ positions are changed; +∞ where nothing is certain. Default: "CertifiedUpper".
    /// </summary>
    public string CertifiedUpperColumnName { get; init; } = "CertifiedUpper";

    /// <summary>Int32 column: calls of the base regressor made for the row. Default: "SampleCount".</summary>
    public string SampleCountColumnName { get; init; } = "SampleCount";

    internal string[] ColumnNames => [ScoreColumnName, CertifiedLowerColumnName, CertifiedUpperColumnName, SampleCountColumnName];

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        RequireWithin(LargestRadius, 0, MostRadii, nameof(LargestRadius));
        RequireWithin(SampleCount, 1, LargestCount, nameof(SampleCount));
        RequireWithin(ExactBudget ?? 0, 0, LargestCount, nameof(ExactBudget));
        RequireWithin(Threads ?? 1, 1, int.MaxValue, nameof(Threads));
        Certification.Require.Alpha(Alpha);
        Seeds.Require(Seed, SecretSeed);
        ArgumentException.ThrowIfNullOrWhiteSpace(BaseColumnName);
        OutputColumns.Require(ColumnNames);
    }

    private static void RequireWithin(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value:N0}; it must be from {least:N0} to {most:N0}."));
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(LargestRadius);
        writer.Write(SampleCount);
        writer.Write(ExactBudget ?? -1);
        writer.Write(Alpha);
        writer.Write(Threads ?? -1);
        writer.Write(BaseColumnName);
        foreach (string name in ColumnNames)
            writer.Write(name);
    }

    /// <exception cref="FormatException">A value is out of its range.</exception>
    internal static SmoothedRegressorOptions Read(BinaryReader reader)
    {
        try
        {
            var options = new SmoothedRegressorOptions
            {
                LargestRadius = reader.ReadInt32(),
                SampleCount = reader.ReadInt32(),
                ExactBudget = reader.ReadInt32() is >= 0 and int budget ? budget : null,
                Alpha = reader.ReadDouble(),
                Threads = reader.ReadInt32() is >= 0 and int threads ? threads : null,
                BaseColumnName = reader.ReadString(),
                ScoreColumnName = reader.ReadString(),
                CertifiedLowerColumnName = reader.ReadString(),
                CertifiedUpperColumnName = reader.ReadString(),
                SampleCountColumnName = reader.ReadString(),
            };
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
    }
}
