using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A run whose rows were voted on by random ablations.</summary>
internal sealed record SampledManifest : RunManifest
{
    [JsonPropertyOrder(2)]
    public required int RetainedPixels { get; init; }

    /// <summary>The seed of the ablations: a number in hexadecimal digits, or the fingerprint of a secret, by which another secret is recognised.</summary>
    [JsonPropertyOrder(4)]
    public required string Seed { get; init; }

    /// <summary>What was counted.</summary>
    [JsonPropertyOrder(4)]
    public required string Ballot { get; init; }

    /// <summary>C(d, k) where all ablations are classified once; null where votes are sampled.</summary>
    [JsonPropertyOrder(4)]
    public required int? ExactCount { get; init; }

    [JsonPropertyOrder(4)]
    public required RunPlan Plan { get; init; }

    [JsonPropertyOrder(6)]
    public required double Alpha { get; init; }

    [JsonPropertyOrder(6)]
    public required double LowerBoundShare { get; init; }

    /// <inheritdoc cref="RunManifest.Of"/>
    public static SampledManifest Of(SampledSession session, string modelHash, string data, long firstRow, IReadOnlyList<string> classes)
    {
        SmoothedCertifierOptions options = session.Options;
        return new SampledManifest
        {
            Model = modelHash,
            Data = data,
            FirstRow = firstRow,
            Classes = classes,
            Positions = session.Mathematics.D,
            RetainedPixels = session.Mathematics.K,
            Encoding = session.Binding.Encoder.Encoding.ToString(),
            Seed = session.Seed.ToString(),
            Ballot = VoteRule.Of(options.Rule).Ballot.ToString(),
            ExactCount = session.ExactCount,
            Plan = RunPlan.Of(options.Plan),
            Rule = options.Rule.ToString(),
            Alpha = options.Alpha,
            LowerBoundShare = options.LowerBoundShare,
            TopCount = options.TopCount,
        };
    }

    /// <summary>What was counted.</summary>
    /// <exception cref="InvalidDataException">This version does not know it.</exception>
    public Ballot KnownBallot() => Known<Ballot>(Ballot, "ballot");

    public override RunCertifier MakeCertifier(RunClaims claims) => new SampledRunCertifier(this, claims);

    public override SmoothedCertifierTransformer Restore(SmoothedCertifierTransformer certifier) => certifier.WithRetainedCount(RetainedPixels);

    public override RunRow Record(RunRowName row, RowResult result, double seconds) => new SampledRow(row.Number, row.Key, row.Label, row.File,
        CountPairs.Of(result.SelectionCounts), CountPairs.Of(result.EstimationCounts), seconds);

    /// <summary>Counts from the key that the run lists: without the seed.</summary>
    public override bool IsSame(CertifiedCursor cursor, RunRow row)
    {
        SampledRow counted = RowOf<SampledRow>(row);
        Ballot ballot = KnownBallot();
        var key = AblationKey.Parse(counted.Key);
        if (ExactCount is { } all)
            return cursor.Count(key, [new SampleRange(AblationStage.Exact, 0, all)], ballot) is [var counts] && CountPairs.Of(counts).SequenceEqual(counted.Estimation);
        int[][] again = cursor.Count(key,
        [
            new SampleRange(AblationStage.Selection, 0, Plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, CountOf(counted, ballot)),
        ], ballot);
        return CountPairs.Of(again[0]).SequenceEqual(counted.Selection) && CountPairs.Of(again[1]).SequenceEqual(counted.Estimation);
    }

    /// <summary>How many ablations the run drew in the second stage.</summary>
    private int CountOf(SampledRow row, Ballot ballot)
    {
        int[] counts = CountPairs.ToCounts(row.Estimation, ballot.CountLength(Classes.Count));
        // The diagonal of contests has their number.
        return ballot == Certification.Ballot.Contests ? counts[0] : counts.Sum();
    }
}
