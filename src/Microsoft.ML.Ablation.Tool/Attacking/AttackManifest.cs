using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Attacking;

/// <summary>What decides the results of an attack.</summary>
internal sealed record AttackManifest : IRunManifest
{
    public static int CurrentFormat => 2;

    public static string Verb => "attack";

    /// <summary>Until format 1 the shares and places of rules were not noted; they were the defaults, which the tool cannot change.</summary>
    public static void Upgrade(JsonObject manifest)
    {
        if (manifest[RunJson.NameOf(nameof(Certifier))] is not JsonObject certifier)
            return;
        var defaults = new CertificationOptions();
        certifier[RunJson.NameOf(nameof(AttackedCertifier.LowerBoundShare))] = defaults.LowerBoundShare;
        certifier[RunJson.NameOf(nameof(AttackedCertifier.TopCount))] = defaults.TopCount;
    }

    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the model file.</summary>
    public required string Model { get; init; }

    /// <summary>The name of the data.</summary>
    public required string Data { get; init; }

    public required long FirstRow { get; init; }

    public required string Attack { get; init; }

    /// <summary>The attack's own options.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The options that all attacks have.</summary>
    public required AttackOptions Options { get; init; }

    /// <summary>How the attacked model is smoothed; null for a plain one.</summary>
    public required AttackedCertifier? Certifier { get; init; }

    public RunMachine Machine { get; init; } = RunMachine.ThisOne();
}

/// <summary>What decides the answers of a smoothed classifier.</summary>
internal sealed record AttackedCertifier(int RetainedPixels, string Seed, RunPlan Plan, string Rule, double Alpha, double LowerBoundShare, int TopCount,
    int? ExactBudget)
{
    public static AttackedCertifier Of(SmoothedCertifierTransformer certifier) => new(certifier.RetainedCount!.Value, certifier.Seed.ToString(),
        RunPlan.Of(certifier.Options.Plan), certifier.Options.Rule.ToString(), certifier.Options.Alpha, certifier.Options.LowerBoundShare,
        certifier.Options.TopCount, certifier.Options.ExactBudget);
}

/// <summary>What was found for one row.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">A hash of seed and content, by which other data are recognised.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Answer">The model's answer; null for none.</param>
/// <param name="CertifiedRadius">−1 for none; null where nothing is certified.</param>
/// <param name="Distance">Changed pixels; null for nothing found.</param>
/// <param name="IsVerified">Whether fresh votes say the same.</param>
/// <param name="AdversarialAnswer">The model's answer then; null for none.</param>
/// <param name="Slots">Where the adversarial row differs from the original.</param>
/// <param name="Values">Its values there.</param>
/// <param name="Queries">Candidates asked about.</param>
/// <param name="Votes">Ablations that were answered for them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="CertifiedTopCount">Among how many classes the true class is certified to stay.</param>
/// <param name="ClassesAhead">How many other classes fresh votes put ahead of it; null where that is not asked.</param>
internal sealed record AttackRow(long Row, string Key, string Label, string? Answer, int? CertifiedRadius, int? Distance, bool IsVerified,
    string? AdversarialAnswer, int[] Slots, float[] Values, long Queries, long Votes, double Seconds, int CertifiedTopCount = 1,
    int? ClassesAhead = null) : IRunRow
{
    public static AttackRow Of(AttackResult result, long firstRow, int seed)
    {
        int[] slots = result.Adversarial is { } adversarial
            ? [.. Enumerable.Range(0, adversarial.Count).Where(slot => adversarial[slot] != result.Original[slot])]
            : [];
        return new AttackRow(firstRow + result.Row, KeyOf(seed, [.. result.Original]), result.Label, result.Answer, result.CertifiedRadius, result.Distance, result.IsVerified,
            result.AdversarialAnswer, slots, [.. slots.Select(slot => result.Adversarial![slot])], result.Cost.Queries, result.Cost.Votes,
            Math.Round(result.Seconds, 4), result.CertifiedTopCount, result.ClassesAhead);
    }

    /// <summary>Whether a row of some data is the one that was attacked.</summary>
    public bool IsOf(float[] original, int seed) => KeyOf(seed, original) == Key;

    /// <summary>The adversarial row; null where there is none.</summary>
    public float[]? Adversarial(float[] original)
    {
        if (Slots.Length == 0)
            return null;
        float[] adversarial = [.. original];
        for (int i = 0; i < Slots.Length; i++)
            adversarial[Slots[i]] = Values[i];
        return adversarial;
    }

    /// <summary>The result again, without the rows themselves.</summary>
    public AttackResult ToResult() => new()
    {
        Row = Row,
        Label = Label,
        Answer = Answer,
        CertifiedRadius = CertifiedRadius,
        Distance = Distance,
        IsVerified = IsVerified,
        AdversarialAnswer = AdversarialAnswer,
        Original = [],
        Adversarial = null,
        Cost = new AttackCost(Queries, Votes),
        Seconds = Seconds,
        CertifiedTopCount = CertifiedTopCount,
        ClassesAhead = ClassesAhead,
    };

    private static string KeyOf(int seed, float[] original) => AblationKey.Compute((ulong)seed, original).ToString();
}
