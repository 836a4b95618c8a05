using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Reads which ablations a model of a table is trained on.</summary>
/// <param name="usual">The options that images share.</param>
internal sealed class TableAblationOptions(AblationOptionSet usual)
{
    private readonly Option<double?> _share = new ValueOption<double?>(ValueKind.Number(0, 1, orLeast: false), "--share")
    {
        Description = "Of --task text, instead of --masks: random ablations that retain this share of a text's words, such as 0.3.",
    };

    /// <summary>The option that is for tables alone.</summary>
    public Option Own => _share;

    /// <summary>The ablations; without an option the usual masks.</summary>
    /// <exception cref="ArgumentException">Two of the options are given, or one that does not fit the table.</exception>
    public TableAblation Read(ParseResult parsed, TablePlan plan)
    {
        (int? k, int? masks) = usual.ReadForTable(parsed);
        double? share = parsed.GetValue(_share);
        if (share is not null && (k is not null || masks is not null))
            throw new ArgumentException($"--share and {(k is null ? "--masks" : "--k")} are given, but a model has one kind of ablations; leave out one of them.");
        if (plan.Kind == TableTaskKind.Text)
        {
            return k is null
                ? share is null && masks is null ? TableAblation.Usual(plan.Kind, 1) : new TableAblation(null, share, masks)
                : throw new ArgumentException("--k is given, but texts have different numbers of words; give --share, such as 0.3, or --masks.");
        }
        if (share is not null)
            throw new ArgumentException($"--share is for the words of --task text, but the task is {plan.Kind.ToString().ToLowerInvariant()}; give --k or --masks, or neither.");
        int d = plan.Attributes.Count;
        if ((k ?? masks) is { } count && count > d)
        {
            throw new ArgumentException(FormattableString.Invariant($"{(k is null ? "--masks" : "--k")} is {count}, but '{plan.Table.Path}' has {d} {(d == 1 ? "attribute" : "attributes")}; ")
                + FormattableString.Invariant($"give a number from 1 to {d}, or leave it out."));
        }
        return k is null && masks is null ? TableAblation.Usual(plan.Kind, d) : new TableAblation(k, null, masks);
    }
}
