using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A certificate in plain words: what is promised, against what, how sure it is, and why it holds.</summary>
internal static class Explanation
{
    /// <summary>Of the classes of a run: a title and a sentence or two each.</summary>
    public static IEnumerable<(string Title, string Text)> Of(VotingScheme scheme)
    {
        RadiusUnit unit = scheme.Unit;
        yield return ("What is promised.", unit.IsPatch
            ? "Each certified answer comes with a size m. No patch of this size, whatever it shows and wherever it is put, makes the model answer otherwise."
            : scheme is WordScheme { Partition.By: PartitionBy.Word }
            ? "Each certified answer comes with a radius ρ. Nobody can make the model answer otherwise by inserting, deleting or moving up to ρ words; replacing one counts as two."
            : scheme is WordScheme
            ? "Each certified answer comes with a radius ρ. Nobody can make the model answer otherwise by replacing up to ρ words, whichever they choose, each by any other. Inserted and deleted words are not covered."
            : $"Each certified answer comes with a radius ρ. Nobody can make the model answer otherwise by changing up to ρ {unit.Noun}, whichever they choose and whatever they put there.");
        yield return ("What is not.", (unit.IsPatch ? "A larger patch, or changes outside of it," : $"More than ρ changed {unit.Noun}") + " may change the answer, and a certified answer may be wrong. "
            + "Certified accuracy therefore counts rows whose answer is right and stays right. In brackets are 95 % confidence intervals: where the share would be among all rows of this kind.");
        yield return ("How sure it is.", AlphaOf(scheme) is { } alpha
            ? Invariant($"Votes are drawn at random, and a certificate may claim too much by bad luck: for each row with a chance of at most α = {100 * alpha:0.###} %.")
            : "Every mask is asked once, nothing is drawn, and a certificate cannot be wrong.");
        yield return ("Why it holds.", scheme switch
        {
            SampledScheme { K: var k, D: var d } sampled => Invariant($"The model never sees a whole row. It votes many times, each time on {k} of the {d} {unit.Noun}, drawn at random. ")
                + $"Changed {unit.Noun} can turn only the votes that see one of them; the share of such votes is called Δ. {DeltaOf(sampled)} The answer stands as long as its lead is more than those votes can turn.",
            MaskScheme masks => MasksOf(masks),
            WordScheme { Share: { Share: var share } } => Invariant($"The model never sees a whole text. It votes many times, each time on {100 * share:0.###} % of the words, drawn at random. Changed words can turn only ")
                + "the votes that see one of them; the share of such votes is called Δ, and depends on how many words the text has. The answer stands as long as its lead is more than those votes can turn.",
            WordScheme { Partition: { } words } => Invariant($"The model never sees a whole text. Its words are dealt to {words.Count} masks, and it votes once on what each holds. A changed word can turn only the vote of its own ")
                + "mask. The answer stands as long as its lead is more than those votes can turn.",
            _ => throw new NotSupportedException($"{scheme.GetType().Name} votes in a way that pages do not know."),
        });
    }

    /// <summary>Of the numbers of a run.</summary>
    public static IEnumerable<(string Title, string Text)> Of(EvaluatedNumbers run)
    {
        yield return ("What is promised.", $"Each row has an interval for every ρ. However anybody falsifies up to ρ of its attributes, whichever they choose and whatever they put there, the predicted {run.Manifest.Table.Label} stays "
            + "within the interval.");
        yield return ("What is not.", "More than ρ falsified attributes may move it out, and the truth may lie outside of an interval: the promise is about the prediction. The share within a distance of the truth therefore "
            + "counts rows whose whole interval is that close.");
        yield return ("How sure it is.", run.Alpha is { } alpha
            ? Invariant($"What the model is asked is drawn at random, and an interval may be too narrow by bad luck: for each row with a chance of at most α = {100 * alpha:0.###} %, all its intervals together.")
            : "Nothing is drawn: an interval cannot be wrong.");
        yield return ("Why it holds.", run.Manifest.RetainedAttributes is { } k
            ? Invariant($"The model never sees a whole row. It predicts many times, each time from {k} of the {run.Manifest.Positions} attributes, and the answer is the median. ")
                + $"Falsified attributes can move only predictions that see one of them; the share of these is called Δ{DeltaOf(run.Manifest.Positions, k, run.LargestRadius)}. They move the median by as many places of the sorted predictions at most, and there the interval ends."
            : Invariant($"The model never sees a whole row. It predicts {run.Manifest.Outputs} times, each time from other attributes, and the answer is the median. One falsified attribute can move ")
                + Invariant($"{Predictions(run.Manifest.ToFamily()!.Touched(1))}, and moves the median by as many places of the sorted predictions at most; there the interval ends."));
    }

    private static double? AlphaOf(VotingScheme scheme) => scheme switch
    {
        SampledScheme sampled => sampled.Options.Alpha,
        WordScheme words => words.Alpha,
        _ => null,
    };

    private static string Predictions(int count) => count == 1 ? "only the one prediction that sees it" : Invariant($"at most the {count} predictions that see it");

    private static string DeltaOf(SampledScheme scheme)
    {
        int far = Math.Max(1, Math.Min(4, scheme.D));
        return Invariant($"One changed {scheme.Unit.Noun[..^1]} is seen by Δ = {100 * AblationProbability.Delta(scheme.D, scheme.K, 1):F1} % of the votes, {far} by {100 * AblationProbability.Delta(scheme.D, scheme.K, far):F1} %.");
    }

    private static string DeltaOf(int d, int k, int rho) => rho < 1 ? "" : Invariant($", {100 * AblationProbability.Delta(d, k, 1):F1} % for one attribute");

    private static string MasksOf(MaskScheme scheme)
    {
        MaskFamily family = scheme.Family;
        string seen = scheme.Unit.IsPatch ? "A patch can turn only the votes of masks that see a part of it."
            : family.Touched(1) is var touched && touched == 1 ? $"A changed {scheme.Unit.Noun[..^1]} is seen by one mask only, and can turn no other vote."
            : Invariant($"A changed {scheme.Unit.Noun[..^1]} is seen by at most {touched} masks, and can turn no other vote.");
        return Invariant($"The model never sees a whole row. It votes {family.Count} times, each time on what one of {family.Count} masks shows. {seen} The answer stands as long as its lead is more than those votes can turn.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
