using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What decides the votes of a run, and what was claimed from them when it was made.</summary>
internal sealed record RunManifest : IRunManifest
{
    public static int CurrentFormat => 2;

    public static string Verb => "certify";

    /// <summary>Until format 1 a seed was always a number.</summary>
    public static void Upgrade(JsonObject manifest)
    {
    }

    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the model file.</summary>
    public required string Model { get; init; }

    /// <summary>The name of the data.</summary>
    public required string Data { get; init; }

    public required long FirstRow { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required int Positions { get; init; }

    public required int RetainedPixels { get; init; }

    public required string Encoding { get; init; }

    /// <summary>The seed of the ablations: a number in hexadecimal digits, or the fingerprint of a secret, by which another secret is recognised.</summary>
    public required string Seed { get; init; }

    /// <summary>What was counted.</summary>
    public required string Ballot { get; init; }

    /// <summary>C(d, k) where all ablations are classified once; null where votes are sampled.</summary>
    public required int? ExactCount { get; init; }

    public required RunPlan Plan { get; init; }

    public required string Rule { get; init; }

    public required double Alpha { get; init; }

    public required double LowerBoundShare { get; init; }

    public required int TopCount { get; init; }

    public RunMachine Machine { get; init; } = RunMachine.ThisOne();

    /// <summary>The description of a run of a certifier.</summary>
    public static RunManifest Of(SmoothedCertifierTransformer certifier, string modelHash, string data, long firstRow, DataViewSchema schema,
        IReadOnlyList<string> classes)
    {
        var session = (SampledSession)certifier.Bind(schema);
        SmoothedCertifierOptions options = session.Options;
        return new RunManifest
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
}
