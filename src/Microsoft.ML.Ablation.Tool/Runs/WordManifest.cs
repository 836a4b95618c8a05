using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A run whose rows are texts, each with its own number of words. What is null belongs to the other way to vote.</summary>
internal sealed record WordManifest : RunManifest
{
    /// <summary>Which words vote.</summary>
    [JsonPropertyOrder(2)]
    public required RunWords Words { get; init; }

    /// <summary>The score from which on every class has a vote of a mask; null where the class with the largest score has the only one.</summary>
    [JsonPropertyOrder(2)]
    public required double? ScoreThreshold { get; init; }

    /// <summary>Whether answers to masks tell which of any two classes each prefers.</summary>
    [JsonPropertyOrder(2)]
    public required bool? HasScores { get; init; }

    /// <inheritdoc cref="SampledManifest.Seed"/>
    [JsonPropertyOrder(4)]
    public required string? Seed { get; init; }

    /// <summary>What was counted of random ablations.</summary>
    [JsonPropertyOrder(4)]
    public required string? Ballot { get; init; }

    [JsonPropertyOrder(4)]
    public required RunPlan? Plan { get; init; }

    [JsonPropertyOrder(6)]
    public required double? Alpha { get; init; }

    [JsonPropertyOrder(6)]
    public required double? LowerBoundShare { get; init; }

    /// <inheritdoc cref="RunManifest.Of"/>
    public static WordManifest Of(WordSession session, string modelHash, string data, long firstRow, IReadOnlyList<string> classes)
    {
        SmoothedCertifierOptions options = session.Options;
        bool isFixed = session is WordPartitionSession;
        return new WordManifest
        {
            Model = modelHash,
            Data = data,
            FirstRow = firstRow,
            Classes = classes,
            Positions = 0,
            Words = RunWords.Of(session),
            ScoreThreshold = options.ScoreThreshold,
            HasScores = isFixed ? options.NeedsScores : null,
            Encoding = "Words",
            Seed = isFixed ? null : session.Seed.ToString(),
            Ballot = isFixed ? null : VoteRule.Of(options.Rule).Ballot.ToString(),
            Plan = isFixed ? null : RunPlan.Of(options.Plan),
            Rule = options.Rule.ToString(),
            Alpha = isFixed ? null : options.Alpha,
            LowerBoundShare = isFixed ? null : options.LowerBoundShare,
            TopCount = options.TopCount,
        };
    }

    public override RunCertifier MakeCertifier(RunClaims claims) => new WordRunCertifier(this, claims);

    public override SmoothedCertifierTransformer Restore(SmoothedCertifierTransformer certifier)
        => certifier.WithOptions(certifier.Options with { Rule = KnownRule(), TopCount = TopCount, ScoreThreshold = ScoreThreshold });

    public override RunRow Record(RunRowName row, RowResult result, double seconds) => result.Answers is { } answers
        ? new MaskRow(row.Number, row.Key, row.Label, row.File, AnswerText.Of(answers), seconds)
        : new SampledRow(row.Number, row.Key, row.Label, row.File, CountPairs.Of(result.SelectionCounts), CountPairs.Of(result.EstimationCounts), seconds);

    /// <summary>Has the text voted on again, and compares.</summary>
    public override bool IsSame(CertifiedCursor cursor, RunRow row)
    {
        RunRow again = Record(new RunRowName(row.Row, cursor.Key.ToString(), row.Label, row.File), cursor.Result, row.Seconds) with { Attributes = row.Attributes, Words = cursor.Positions };
        return RunJson.ToLine(again) == RunJson.ToLine(row);
    }
}
