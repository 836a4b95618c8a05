using System.CommandLine;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The options of <c>train</c> that are for tables, and the reading of those that images share.</summary>
/// <param name="training">Options that images share.</param>
/// <param name="recipe">Options that images share.</param>
/// <param name="votes">Options that images share.</param>
/// <param name="budget">An option that images share.</param>
internal sealed class TrainTableOptions(TrainingOptions training, RecipeOptions recipe, VoteOptions votes, BudgetOption budget)
{
    private static readonly string[] s_shared = ["--data", "--k", "--masks", "--seed", "--validation-share", "--budget", "--out", "--json", "--quiet", .. VoteOptions.NamesForTables];

    private readonly Option<string?> _label = new ValueOption<string?>(ValueKind.Text, "--label")
    {
        Summary = "The column that is predicted",
        Description = "Of a table: the column that is predicted [default: the one named label, class or target].",
    };

    private readonly Option<TableTaskKind?> _task = new ValueOption<TableTaskKind?>(ValueKind.Name<TableTaskKind>(), "--task")
    {
        Summary = "Regression, Classification or Text",
        Description = "Of a table: what is predicted. Regression predicts a number and Classification a class, from the other columns; Text predicts a class from the words of a text "
            + "[default: Classification where the label is text or has at most 10 different whole numbers, else Regression].",
    };

    private readonly Option<string?> _ignore = new ValueOption<string?>(ValueKind.Text, "--ignore") { Summary = "Columns to leave out, such as Id,Name", Description = "Of a table: columns to leave out, with commas between, such as Id,Name." };

    private readonly Option<string?> _text = new ValueOption<string?>(ValueKind.Text, "--text")
    {
        Description = "Of a table: the column whose words are ablated; implies --task Text [default with that: the only column of texts].",
    };

    private readonly LargestRadiusOption _radius = new();

    private readonly TableAblationOptions _ablations = new(training.Ablations);

    private Option[] Own => [_label, _task, _ignore, _text, _radius.Option, _ablations.Own];

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Table, Own);
    }

    /// <exception cref="ArgumentException">One of the options is given, but no table.</exception>
    public void RequireTable(ParseResult parsed) => TableGate.RequireTable(parsed, Own);

    /// <summary>Reads the table and understands it.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for the table, or there is no label.</exception>
    /// <exception cref="InvalidDataException">The table cannot be learnt from.</exception>
    public TablePlan ReadPlan(ParseResult parsed, string path)
    {
        TableGate.RefuseOthers(parsed, path, [.. Own.Select(option => option.Name), .. s_shared]);
        DelimitedTable table = DelimitedFile.Read(path);
        string label = parsed.GetValue(_label) ?? LabelGuess.Of(table);
        return new TableInference(table, new TableRequest(label, parsed.GetValue(_task), parsed.GetValue(_text), TableRequest.Names(parsed.GetValue(_ignore), table.Names))).Run();
    }

    /// <summary>How to train on the table.</summary>
    /// <exception cref="ArgumentException">An option does not fit the table, or has no effect.</exception>
    public TableTraining ReadTraining(ParseResult parsed, TablePlan plan)
    {
        int seed = parsed.GetValue(training.Seed);
        TableAblation ablation = _ablations.Read(parsed, plan);
        TableTask task = plan.Kind == TableTaskKind.Regression
            ? new RegressionTask(votes.Apply(parsed, _radius.Apply(parsed, new SmoothedRegressorOptions { Seed = seed }), ablation.IsFixed), seed)
            : OfClasses(plan.Kind, _radius.Refuse(parsed, votes.Apply(parsed, Usual(plan.Kind, seed), ablation.IsFixed ? false : null)), seed);
        return new TableTraining(plan, task, ablation, seed, recipe.ValidationShare(parsed) ?? HeldOutRows.UsualShare)
        {
            Budget = budget.Read(parsed, counted: null, areFiles: true)!.Value,
        };
    }

    private static TableTask OfClasses(TableTaskKind kind, SmoothedCertifierOptions options, int seed)
        => kind == TableTaskKind.Text ? new TextTask(options, seed) : new ClassificationTask(options, seed);

    /// <summary>The rule that needs votes alone and loses nothing by it where there are few classes. Votes are drawn until they decide, because a table may have many rows.</summary>
    private static SmoothedCertifierOptions Usual(TableTaskKind kind, int seed) => new()
    {
        Seed = seed,
        Rule = CertificationRule.Gap,
        Plan = kind == TableTaskKind.Text ? SamplingPlan.Adaptive(100, 200, 1_000) : SamplingPlan.Adaptive(),
    };
}
