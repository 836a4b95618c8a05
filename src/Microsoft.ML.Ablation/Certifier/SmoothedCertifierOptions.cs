namespace Microsoft.ML.Ablation;

/// <summary>Options of the smoothed certifier.</summary>
public sealed class SmoothedCertifierOptions
{
    /// <summary>Votes <c>n₀</c> of the first stage, which selects the class to certify; at least 1. Default: 1,000.</summary>
    public int SelectionSamples { get; init; } = 1_000;

    /// <summary>Fresh votes <c>n</c> of the second stage, which bounds that class's probability; at least 1. Default: 10,000.</summary>
    public int EstimationSamples { get; init; } = 10_000;

    /// <summary>The chance <c>α</c> that a row's certificate is wrong, between 0 and 1. Default: 0.05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>
    /// Seed of the ablations that vote. Default (null): drawn from the <see cref="MLContext"/>. Keep it from anybody who can
    /// choose inputs: the certificate holds for inputs that were chosen without knowing it.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Key column with the predicted class; missing where the certifier abstains. Default: "PredictedLabel".</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Boolean column: the votes do not settle the class. Default: "Abstained".</summary>
    public string AbstainedColumnName { get; init; } = "Abstained";

    /// <summary>Int32 column: certified radius ρ in positions; −1 where there is none. Default: "CertifiedRadius".</summary>
    public string CertifiedRadiusColumnName { get; init; } = "CertifiedRadius";

    /// <summary>Vector of Single: share of the second stage's votes per class. Default: "Score".</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Double column: lower confidence bound p̲ of the selected class's probability. Default: "LowerBound".</summary>
    public string LowerBoundColumnName { get; init; } = "LowerBound";

    /// <summary>Vector of Int32: votes of the first stage per class. Default: "SelectionVotes".</summary>
    public string SelectionVotesColumnName { get; init; } = "SelectionVotes";

    /// <summary>Vector of Int32: votes of the second stage per class. Default: "Votes".</summary>
    public string VotesColumnName { get; init; } = "Votes";

    /// <summary>Int32 column: calls of the base classifier made for the row. Default: "SampleCount".</summary>
    public string SampleCountColumnName { get; init; } = "SampleCount";

    internal string[] ColumnNames =>
    [
        PredictedLabelColumnName, AbstainedColumnName, CertifiedRadiusColumnName, ScoreColumnName, LowerBoundColumnName,
        SelectionVotesColumnName, VotesColumnName, SampleCountColumnName,
    ];

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        CheckSamples(SelectionSamples, nameof(SelectionSamples));
        CheckSamples(EstimationSamples, nameof(EstimationSamples));
        if (!(Alpha > 0 && Alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, $"Alpha is {Alpha}; it must lie strictly between 0 and 1.");
        foreach (string name in ColumnNames)
            ArgumentException.ThrowIfNullOrWhiteSpace(name, "column name");
        if (ColumnNames.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two output columns have the name '{twice.Key}'; every output column needs its own.");
    }

    private static void CheckSamples(int count, string name)
    {
        const int most = 1_000_000_000;
        if (count is < 1 or > most)
            throw new ArgumentOutOfRangeException(name, count, $"{name} is {count}; it must be from 1 to {most}.");
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(SelectionSamples);
        writer.Write(EstimationSamples);
        writer.Write(Alpha);
        foreach (string name in ColumnNames)
            writer.Write(name);
    }

    internal static SmoothedCertifierOptions Read(BinaryReader reader)
    {
        var options = new SmoothedCertifierOptions
        {
            SelectionSamples = reader.ReadInt32(),
            EstimationSamples = reader.ReadInt32(),
            Alpha = reader.ReadDouble(),
            PredictedLabelColumnName = reader.ReadString(),
            AbstainedColumnName = reader.ReadString(),
            CertifiedRadiusColumnName = reader.ReadString(),
            ScoreColumnName = reader.ReadString(),
            LowerBoundColumnName = reader.ReadString(),
            SelectionVotesColumnName = reader.ReadString(),
            VotesColumnName = reader.ReadString(),
            SampleCountColumnName = reader.ReadString(),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
        return options;
    }
}
