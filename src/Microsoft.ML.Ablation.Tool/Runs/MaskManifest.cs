using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A run whose rows were voted on by the masks of a fixed family.</summary>
internal sealed record MaskManifest : RunManifest
{
    /// <summary>The masks, and what they certify against.</summary>
    [JsonPropertyOrder(2)]
    public required RunMasks Masks { get; init; }

    /// <inheritdoc cref="RunManifest.Of"/>
    public static MaskManifest Of(FamilySession session, string modelHash, string data, long firstRow, IReadOnlyList<string> classes) => new()
    {
        Model = modelHash,
        Data = data,
        FirstRow = firstRow,
        Classes = classes,
        Positions = session.Family.D,
        Masks = RunMasks.Of(session),
        Encoding = session.Binding.Encoder.Encoding.ToString(),
        Rule = session.Options.Rule.ToString(),
        TopCount = session.Options.TopCount,
    };

    public override RunCertifier MakeCertifier(RunClaims claims) => new MaskRunCertifier(this, claims);

    public override SmoothedCertifierTransformer Restore(SmoothedCertifierTransformer certifier) => certifier.WithOptions(certifier.Options with
    {
        Rule = KnownRule(),
        TopCount = TopCount,
        Attack = Masks.CertifiesPatches ? CertifiedAttack.Patch : CertifiedAttack.Positions,
        PatchHeight = Masks.PatchHeight,
        PatchWidth = Masks.PatchWidth,
        ScoreThreshold = Masks.ScoreThreshold,
    });

    /// <summary>Without the list of all positions.</summary>
    public override JsonObject ToSettings()
    {
        JsonObject settings = base.ToSettings();
        settings[RunJson.NameOf(nameof(Masks))]?.AsObject().Remove(RunJson.NameOf(nameof(RunMasks.Family)));
        return settings;
    }

    public override RunRow Record(RunRowName row, RowResult result, double seconds) => new MaskRow(row.Number, row.Key, row.Label, row.File,
        AnswerText.Of(result.Answers ?? throw new ArgumentException("The row has no answers to fixed masks.", nameof(result))), seconds);

    /// <summary>Scores the masks, and compares the answers; the key tells whether the row is the same.</summary>
    public override bool IsSame(CertifiedCursor cursor, RunRow row)
        => cursor.Key.ToString() == row.Key && Record(new RunRowName(row.Row, row.Key, row.Label, row.File), cursor.Result, row.Seconds) == row;
}
