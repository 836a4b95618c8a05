using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>What certificates of a model count, in words for its users.</summary>
/// <param name="One">One of them: "pixel".</param>
/// <param name="Many">Several: "pixels".</param>
/// <param name="Row">What is certified: "image".</param>
internal sealed record ServedUnit(string One, string Many, string Row)
{
    /// <summary>Of images.</summary>
    public static ServedUnit Pixels { get; } = new("pixel", "pixels", "image");

    /// <summary>Of tables.</summary>
    public static ServedUnit Attributes { get; } = new("attribute", "attributes", "row");

    /// <summary>Of texts whose words are replaced.</summary>
    public static ServedUnit Words { get; } = new("word", "words", "text");

    /// <summary>Of texts whose words are inserted, deleted and moved.</summary>
    public static ServedUnit WordEdits { get; } = new("inserted, deleted or moved word", "insertions, deletions and moves of words", "text");

    /// <summary>The patch of radius 1; null where single positions are counted.</summary>
    public RadiusUnit? Patch { get; init; }

    /// <summary>An answer is certain to be among so many first ones; 1 where it is certain itself.</summary>
    public int Top { get; init; } = 1;

    /// <summary>What is certain of an answer, in one sentence.</summary>
    /// <param name="radius">Its radius; negative for none.</param>
    /// <param name="abstained">Whether there is no answer.</param>
    public string Certain(int radius, bool abstained)
    {
        string can = Top == 1 ? "can change this answer" : Invariant($"can push this answer out of the first {Top}");
        return radius switch
        {
            _ when abstained => $"The votes do not settle an answer for this {Row}, so nothing is certain.",
            < 0 => $"Nothing is certain: a small change of this {Row} may change the answer.",
            0 when Patch is { } unit => Invariant($"This answer is certain for the {Row} as it is; a patch of {unit.Height} × {unit.Width} pixels may change it."),
            0 => $"This answer is certain for the {Row} as it is; one changed {One} may change it.",
            _ when Patch is { } unit => $"No {unit.Change(radius)} {can}.",
            1 => $"No single {One}, whatever it becomes, {can}.",
            _ => Invariant($"No change of up to {radius} {Many}, whatever they become, {can}."),
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
