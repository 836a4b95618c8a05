using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Attacking;

/// <summary>What decides the results of an attack.</summary>
internal sealed record AttackManifest : IRunManifest
{
    public static int CurrentFormat => 3;

    public static string Verb => "attack";

    /// <summary>
    /// Until format 1 the shares and places of rules were not noted; they were the defaults, which the tool cannot change. Until format 2 all ablations were random, and distances numbers
    /// of pixels: what is missing is none.
    /// </summary>
    public static void Upgrade(JsonObject manifest)
    {
        if (manifest[RunJson.NameOf(nameof(Certifier))] is not JsonObject certifier)
            return;
        var defaults = new CertificationOptions();
        certifier.TryAdd(RunJson.NameOf(nameof(AttackedCertifier.LowerBoundShare)), defaults.LowerBoundShare);
        certifier.TryAdd(RunJson.NameOf(nameof(AttackedCertifier.TopCount)), defaults.TopCount);
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
/// <param name="RetainedPixels">k; null where masks are fixed.</param>
/// <param name="Seed">The seed of the votes; null where masks are fixed.</param>
/// <param name="Plan">How many votes there are, where ablations are random.</param>
/// <param name="Rule">How votes become a radius.</param>
/// <param name="Alpha">α.</param>
/// <param name="LowerBoundShare">The share of α for the lower bound.</param>
/// <param name="TopCount">Among how many classes the class is certified to stay.</param>
/// <param name="ExactBudget">Up to how many ablations each is classified once.</param>
/// <param name="Masks">The fixed masks; null where ablations are random.</param>
internal sealed record AttackedCertifier(int? RetainedPixels, string? Seed, RunPlan Plan, string Rule, double Alpha, double LowerBoundShare, int TopCount,
    int? ExactBudget, AttackedMasks? Masks = null)
{
    public static AttackedCertifier Of(SmoothedCertifierTransformer certifier) => new(certifier.RetainedCount, certifier.Masks is null ? certifier.Seed.ToString() : null,
        RunPlan.Of(certifier.Options.Plan), certifier.Options.Rule.ToString(), certifier.Options.Alpha, certifier.Options.LowerBoundShare,
        certifier.Options.TopCount, certifier.Options.ExactBudget, certifier.Masks is { } masks ? AttackedMasks.Of(masks, certifier.Options) : null);
}

/// <summary>What decides the certificates of fixed masks, which are in the model's file.</summary>
/// <param name="Family">Their number and size, in words.</param>
/// <param name="Attack">What an attacker may change.</param>
/// <param name="PatchHeight">Rows of a patch of radius 1.</param>
/// <param name="PatchWidth">Columns of a patch of radius 1.</param>
/// <param name="ScoreThreshold">From which score on a class has a vote; null where the class with the largest one has it.</param>
internal sealed record AttackedMasks(string Family, string Attack, int PatchHeight, int PatchWidth, double? ScoreThreshold)
{
    public static AttackedMasks Of(MaskFamily family, SmoothedCertifierOptions options)
        => new(family.ToString(), options.Attack.ToString(), options.PatchHeight, options.PatchWidth, options.ScoreThreshold);
}

/// <summary>What was found for one row.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">A hash of seed and content, by which other data are recognised.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Answer">The model's answer; null for none.</param>
/// <param name="CertifiedRadius">−1 for none; null where nothing is certified.</param>
/// <param name="Distance">Changed pixels, or the size of the patch; null for nothing found.</param>
/// <param name="IsVerified">Whether fresh votes say the same.</param>
/// <param name="AdversarialAnswer">The model's answer then; null for none.</param>
/// <param name="Slots">Where the adversarial row differs from the original.</param>
/// <param name="Values">Its values there.</param>
/// <param name="Queries">Candidates asked about.</param>
/// <param name="Votes">Ablations that were answered for them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="CertifiedTopCount">Among how many classes the true class is certified to stay.</param>
/// <param name="ClassesAhead">How many other classes fresh votes put ahead of it; null where that is not asked.</param>
/// <param name="Patch">What the distance is a multiple of; null where it is a number of pixels.</param>
/// <param name="CertifiedPatch">What the certified radius is a multiple of; null where it is a number of pixels.</param>
/// <param name="IsCertain">Whether the certificate holds without chance.</param>
internal sealed record AttackRow(long Row, string Key, string Label, string? Answer, int? CertifiedRadius, int? Distance, bool IsVerified,
    string? AdversarialAnswer, int[] Slots, float[] Values, long Queries, long Votes, double Seconds, int CertifiedTopCount = 1,
    int? ClassesAhead = null, PatchUnit? Patch = null, PatchUnit? CertifiedPatch = null, bool IsCertain = false) : IRunRow
{
    public static AttackRow Of(AttackResult result, long firstRow, int seed)
    {
        int[] slots = result.Adversarial is { } adversarial
            ? [.. Enumerable.Range(0, adversarial.Count).Where(slot => adversarial[slot] != result.Original[slot])]
            : [];
        return new AttackRow(firstRow + result.Row, KeyOf(seed, [.. result.Original]), result.Label, result.Answer, result.CertifiedRadius, result.Distance, result.IsVerified,
            result.AdversarialAnswer, slots, [.. slots.Select(slot => result.Adversarial![slot])], result.Cost.Queries, result.Cost.Votes,
            Math.Round(result.Seconds, 4), result.CertifiedTopCount, result.ClassesAhead, result.Patch, result.CertifiedPatch, result.IsCertain);
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
        Patch = Patch,
        CertifiedPatch = CertifiedPatch,
        IsCertain = IsCertain,
    };

    private static string KeyOf(int seed, float[] original) => AblationKey.Compute((ulong)seed, original).ToString();
}
