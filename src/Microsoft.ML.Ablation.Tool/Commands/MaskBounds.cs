using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>What a family of fixed masks can certify, as <c>ablation bounds</c> prints it.</summary>
internal sealed record MaskBounds
{
    private static readonly CertificationRule[] s_rules = [CertificationRule.Majority, CertificationRule.Gap, CertificationRule.Condorcet];

    public required int Positions { get; init; }

    /// <summary>N.</summary>
    public required int Masks { get; init; }

    /// <summary>What <see cref="Touched"/> and radii count: changed positions, or the side of a square patch.</summary>
    public required string Against { get; init; }

    /// <summary>Per rule the radius that N equal answers certify, which no answers exceed.</summary>
    public required IReadOnlyDictionary<string, int> LargestRadius { get; init; }

    /// <summary>How many masks an attack of size 0, 1, … can meet, up to one more than the largest radius.</summary>
    public required IReadOnlyList<int> Touched { get; init; }

    /// <summary>For each size up to the largest radius: so many votes are enough under Majority, whatever the other masks answer; so many wins in each contest under Condorcet.</summary>
    public required IReadOnlyList<int> SufficientVotes { get; init; }

    /// <summary>For each size up to the largest radius: so many votes more than any other class has are enough under Gap.</summary>
    public required IReadOnlyList<int> SufficientLead { get; init; }

    private string Family { get; init; } = "";

    /// <exception cref="ArgumentException">There are no such masks of so many pixels, or too many pixels.</exception>
    public static MaskBounds Compute(MaskAblationChoice choice, int d)
    {
        bool isPatch = choice.Chosen.IsAgainstPatches;
        int side = (int)Math.Round(Math.Sqrt(d));
        int limit = isPatch ? OptionLimits.PatchedPositions : OptionLimits.MaskedPositions;
        if (d > limit)
            throw new ArgumentException($"--d is {d}, but the masks of {choice.Option} are computed for at most {limit} pixels; give fewer.");
        if (isPatch && side * side != d)
            throw new ArgumentException($"{choice.Option} are parts of an image, and {d} pixels are no square; give the pixels of a square image with --d, such as {side * side}.");
        int most = isPatch ? side : d;
        if (choice.Size > most)
            throw new ArgumentException($"{choice.Option} is {choice.Size}, but the image has {most} {(isPatch ? "rows and columns" : "pixels")}; it must be from 1 to {most}.");
        VectorDataViewType type = side * side == d ? new(NumberDataViewType.Single, 1, side, side) : new(NumberDataViewType.Single, d);
        MaskFamily family = choice.Chosen.For("Features", FeatureLayout.Resolve("Features", type, declared: null, AblationLayout.Auto));
        return Compute(family, isPatch ? side : null);
    }

    /// <param name="family">The masks.</param>
    /// <param name="side">Rows and columns of the image where the attack is a patch; else null.</param>
    private static MaskBounds Compute(MaskFamily family, int? side)
    {
        var unanimous = MaskAnswers.OfClasses(new int[family.Count], classes: 2);
        var largest = s_rules.ToDictionary(rule => rule.ToString(), rule => (side is { } sides
            ? MaskFamilyCertificate.CertifyPatch(family, unanimous, sides, sides, rule)
            : MaskFamilyCertificate.Certify(family, unanimous, rule)).Radius);
        int[] ones = [.. Enumerable.Repeat(1, family.Count)];
        PatchAttack? patch = side is { } square ? new PatchAttack(family, (square, square), (1, 1)) : null;
        int last = Math.Min(largest.Values.Max() + 1, side ?? family.D);
        int[] touched = [.. Enumerable.Range(0, last + 1).Select(size => size == 0 ? 0 : patch is null ? family.Touched(size) : (int)patch.LargestLoss(size, ones))];
        return new MaskBounds
        {
            Positions = family.D,
            Masks = family.Count,
            Against = (side is null ? CertifiedAttack.Positions : CertifiedAttack.Patch).ToString(),
            LargestRadius = largest,
            Touched = touched,
            // 2v − N > 2 touched, and v_i − v_j > 2 touched.
            SufficientVotes = [.. touched.Take(largest.Values.Max() + 1).Select(met => family.Count / 2 + met + 1)],
            SufficientLead = [.. touched.Take(largest.Values.Max() + 1).Select(met => 2 * met + 1)],
            Family = family.ToString(),
        };
    }

    public void Print(IAnsiConsole console)
    {
        bool isPatch = Against == CertifiedAttack.Patch.ToString();
        var radii = new Table { Border = TableBorder.Simple };
        radii.AddColumn(Family).AddColumn(new TableColumn("").RightAligned());
        foreach ((string rule, int radius) in LargestRadius)
            radii.AddRow(Text($"Largest {(isPatch ? "patch side" : "radius")} that {rule} can certify"), Text($"{radius}"));
        console.Write(radii);
        var sizes = new Table { Border = TableBorder.Simple };
        foreach (string title in (string[])[isPatch ? "Patch side m" : "Changed pixels ρ", "masks met, at most", "votes or contests won that suffice", "lead that suffices (Gap)"])
            sizes.AddColumn(new TableColumn(title).RightAligned());
        int largest = SufficientVotes.Count - 1;
        for (int size = 0; size <= largest; size = size == largest ? size + 1 : Math.Min(largest, size == 0 ? 1 : 2 * size))
            sizes.AddRow(Text($"{size}"), Text($"{Touched[size]}"), Text($"{SufficientVotes[size]} of {Masks}"), Text($"{SufficientLead[size]}"));
        console.Write(sizes);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
