using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What decides the outputs of a run that predicts numbers, and what was claimed from them when it was made.</summary>
internal sealed record NumberManifest : IRunManifest
{
    public static int CurrentFormat => 1;

    public static string Verb => "certify";

    /// <summary>The property that manifests of numbers alone have.</summary>
    public static string Mark => nameof(LargestRadius);

    /// <summary>There is no earlier format.</summary>
    public static void Upgrade(JsonObject manifest)
    {
    }

    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the model file.</summary>
    public required string Model { get; init; }

    /// <summary>The name of the data.</summary>
    public required string Data { get; init; }

    public required long FirstRow { get; init; }

    public required RunTable Table { get; init; }

    /// <summary>d.</summary>
    public required int Positions { get; init; }

    /// <summary>The fixed masks, as <see cref="RunMasks.TextOf"/>; null where ablations are random.</summary>
    public required string? Family { get; init; }

    /// <summary>k of random ablations; null where masks are fixed.</summary>
    public required int? RetainedAttributes { get; init; }

    /// <summary>How many outputs a row has.</summary>
    public required int Outputs { get; init; }

    /// <summary>Whether these are all there are, each once.</summary>
    public required bool AreAll { get; init; }

    /// <summary>The seed of the ablations, or the fingerprint of a secret; null where it plays no part.</summary>
    public required string? Seed { get; init; }

    /// <summary>α; null where there is no chance of an error.</summary>
    public required double? Alpha { get; init; }

    /// <summary>R: rows have intervals for 0, …, R changed attributes.</summary>
    public required int LargestRadius { get; init; }

    public RunMachine Machine { get; init; } = RunMachine.ThisOne();

    /// <summary>The description of a run of a smoothed regressor.</summary>
    public static NumberManifest Of(RegressingSession session, SmoothedRegressorOptions options, TableRunTarget target, RunTable table) => new()
    {
        Model = target.ModelHash,
        Data = target.Data,
        FirstRow = target.FirstRow,
        Table = table,
        Positions = session.Binding.Encoder.Positions,
        Family = session.Family is { } family ? RunMasks.TextOf(family) : null,
        RetainedAttributes = session.RetainedCount,
        Outputs = session.Intervals.Count,
        AreAll = session.Intervals.IsCertain,
        Seed = session.Family is null ? session.Seed.ToString() : null,
        Alpha = session.Intervals.IsCertain ? null : options.Alpha,
        LargestRadius = options.LargestRadius,
    };

    /// <summary>The ends of the intervals that are claimed.</summary>
    /// <exception cref="ArgumentException">There is α, but no chance of an error.</exception>
    /// <exception cref="InvalidDataException">The numbers of the manifest do not fit together.</exception>
    public MedianIntervals Claimed(NumberClaims claims)
    {
        if (AreAll && claims.Alpha is { } useless)
            throw new ArgumentException(FormattableString.Invariant($"--alpha is {useless}, but all ablations of a row were asked, so that there is no chance of an error; leave it out."));
        int largest = claims.LargestRadius ?? LargestRadius;
        MaskFamily? family = ToFamily();
        bool fits = family is not null
            ? AreAll && family.D == Positions && family.Count == Outputs
            : RetainedAttributes is { } k && k >= 1 && k <= Positions && Outputs >= 1 && largest >= 0
                && (AreAll ? SubsetEnumerator.TryCount(Positions, k, Outputs, out long all) && all == Outputs : Alpha is > 0 and < 1);
        if (!fits)
            throw new InvalidDataException("The run's manifest has ablations, outputs and α that do not fit together.");
        return family is not null ? MedianIntervals.OfMasks(family, largest)
            : AreAll ? MedianIntervals.OfAll(Positions, RetainedAttributes!.Value, Outputs, largest)
            : MedianIntervals.OfSamples(Positions, RetainedAttributes!.Value, Outputs, largest, claims.Alpha ?? Alpha!.Value);
    }

    /// <summary>The manifest for readers, without the list of all positions.</summary>
    public JsonObject ToSettings()
    {
        JsonObject settings = RunJson.ToNode(this);
        settings.Remove(RunJson.NameOf(nameof(Family)));
        return settings;
    }

    /// <summary>The fixed masks; null where ablations are random.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public MaskFamily? ToFamily() => Family is null ? null : RunMasks.FamilyOf(Family);
}
