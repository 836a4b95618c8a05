using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>What certificates of a model count, in words for its users.</summary>
/// <param name="One">One of them: "pixel".</param>
/// <param name="Many">Several: "pixels".</param>
/// <param name="Row">What is certified: "image".</param>
/// <param name="Counted">What a radius counts.</param>
internal sealed record ServedUnit(string One, string Many, string Row, RadiusUnit Counted)
{
    /// <summary>Of tables.</summary>
    public static ServedUnit Attributes { get; } = new("attribute", "attributes", "row", RadiusUnit.Attributes);

    /// <summary>Of texts whose words are replaced.</summary>
    public static ServedUnit Words { get; } = new("word", "words", "text", RadiusUnit.Words);

    /// <summary>Of texts whose words are inserted, deleted and moved.</summary>
    public static ServedUnit WordEdits { get; } = new("inserted, deleted or moved word", "insertions, deletions and moves of words", "text", RadiusUnit.WordEdits);

    /// <summary>Of images.</summary>
    /// <param name="counted">Pixels or patches.</param>
    public static ServedUnit Pixels(RadiusUnit counted) => new("pixel", "pixels", "image", counted);

    /// <summary>An answer is certain to be among so many first ones; 1 where it is certain itself.</summary>
    public int Top { get; init; } = 1;

    /// <summary>What is certain of an answer, in one sentence.</summary>
    /// <param name="radius">Its radius; negative for none.</param>
    /// <param name="abstained">Whether there is no answer.</param>
    public string Certain(int radius, bool abstained)
    {
        string can = Top == 1 ? "can change this answer" : FormattableString.Invariant($"can push this answer out of the first {Top}");
        return radius switch
        {
            _ when abstained => $"The votes do not settle an answer for this {Row}, so nothing is certain.",
            < 0 => $"Nothing is certain: a small change of this {Row} may change the answer.",
            0 => $"This answer is certain for the {Row} as it is; the smallest change of it may change the answer.",
            _ => $"No {Counted.Change(radius)} {can}.",
        };
    }
}
