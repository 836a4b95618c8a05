using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The options of <c>certify</c> that are for tables, and the reading of those that images share.</summary>
/// <param name="model">Options that images share.</param>
/// <param name="rows">Options that images share.</param>
/// <param name="heldOut">Options that images share.</param>
internal sealed class CertifyTableOptions(ModelOptions model, RowOptions rows, HeldOutOptions heldOut)
{
    private static readonly string[] s_shared =
    [
        "--data", "--model", "--k", "--rows", "--skip", "--held-out", "--seed", "--validation-share", "--uncertified-as-zero", "--out", "--run", "--json", "--quiet", .. VoteOptions.NamesForTables,
    ];

    private readonly LargestRadiusOption _radius = new();

    public void AddTo(CliCommand command) => command.AddOptions(HelpGroup.Table, _radius.Option);

    /// <exception cref="ArgumentException">One of the options is given, but no table.</exception>
    public void RequireTable(ParseResult parsed) => TableGate.RequireTable(parsed, [_radius.Option]);

    /// <summary>Certifies the rows of a table.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ml">The context.</param>
    /// <param name="path">The table.</param>
    /// <param name="outPath">The file for the certified table; null for none.</param>
    /// <param name="runPath">The folder that keeps finished rows; null for none.</param>
    /// <param name="uncertifiedAsZero">Whether a right answer without a certificate counts as radius 0.</param>
    /// <param name="console">Says what is going on.</param>
    /// <param name="cancellation">Stops it after the current row.</param>
    /// <exception cref="ArgumentException">An option has no meaning for the table or the model.</exception>
    /// <exception cref="InvalidDataException">The table does not fit the model.</exception>
    public TableCertificationResult Run(ParseResult parsed, MLContext ml, string path, string? outPath, string? runPath, bool uncertifiedAsZero, ToolConsole console,
        CancellationToken cancellation)
    {
        TableGate.RefuseOthers(parsed, path, [_radius.Option.Name, .. s_shared]);
        string file = model.FileOf(parsed) ?? throw new ArgumentException($"'{path}' is a table; give --model with a model that {TableModel.Maker} made.");
        var watch = Stopwatch.StartNew();
        using TableModel certified = Apply(parsed, TableModel.Load(ml, file, path));
        if (uncertifiedAsZero && certified.Regressor is not null)
            throw new ArgumentException("--uncertified-as-zero is for classes, but the model predicts numbers; leave it out.");
        if (runPath is not null)
            model.RequireSeedFor(certified.Chain, parsed);
        DelimitedTable table = DelimitedFile.Read(path);
        int read = table.Rows.Count;
        table = Choose(parsed, table, certified);
        console.Say(FormattableString.Invariant($"Data: '{path}', {table.Rows.Count:N0} of {read:N0} rows. {Labels(parsed, table, certified.Label)}").TrimEnd());
        TableFigures figures = new TableCertification(certified, table)
        {
            OutPath = outPath,
            UncertifiedAsZero = uncertifiedAsZero,
            Target = runPath is null ? null : new TableRunTarget(runPath, FileHash.Of(file), NameOf(parsed, path), rows.Skipped(parsed)),
        }.Run(console, cancellation);
        return new TableCertificationResult(path, certified.Label.Name, certified.Kind.ToString(), certified.Kind == TableTaskKind.Text ? null : certified.Attributes,
            certified.Against, figures)
        {
            Table = outPath,
            Run = runPath,
            Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
        };
    }

    /// <summary>What a run calls the rows.</summary>
    private string NameOf(ParseResult parsed, string path)
        => heldOut.IsGiven(parsed) ? $"{Path.GetFileName(path)}, held out" : Path.GetFileName(path);

    private string Labels(ParseResult parsed, DelimitedTable table, TableColumn label) => table.IndexOf(label.Name) < 0
        ? $"It has no column '{label.Name}': nothing is said of what is right."
        : heldOut.IsGiven(parsed)
            ? ""
            : "Rows that the model was trained on come out better than new ones; --held-out certifies the others of the table of the training.";

    /// <summary>The model as the options want it.</summary>
    private TableModel Apply(ParseResult parsed, TableModel loaded)
    {
        int? k = model.RetainedCount(parsed);
        if (loaded.Regressor is { } regressor)
        {
            regressor = regressor.WithOptions(model.Votes.Apply(parsed, _radius.Apply(parsed, regressor.Options), loaded.IsFixed));
            return loaded.With(k is { } count ? regressor.WithRetainedCount(count) : regressor);
        }
        SmoothedCertifierTransformer certifier = loaded.Certifier!;
        certifier = certifier.WithOptions(_radius.Refuse(parsed, model.Votes.Apply(parsed, certifier.Options, loaded.IsFixed ? false : null)));
        return loaded.With(k is { } retained ? certifier.WithRetainedCount(retained) : certifier);
    }

    private DelimitedTable Choose(ParseResult parsed, DelimitedTable table, TableModel certified)
    {
        if (heldOut.Read(parsed, certified.Division, HeldOutRows.UsualShare) is { } division)
        {
            TableColumn label = certified.Label;
            if (division.Rows is { } divided && divided != table.Rows.Count)
            {
                throw new InvalidDataException(FormattableString.Invariant($"'{table.Path}' has {table.Rows.Count:N0} rows, but the table of the training had {divided:N0}, ")
                    + "and others are divided in another way; give that table, or leave out --held-out.");
            }
            if (table.IndexOf(label.Name) < 0 && !label.IsNumber)
                throw new InvalidDataException($"'{table.Path}' has no column '{label.Name}', which --held-out needs to find the rows that training held out; give the table of the training.");
            TableRow[] others = HeldOutRows.Divide(table, label.IsNumber ? null : label.Name, division.Seed, division.Share).HeldOut;
            table = others.Length > 0 ? table.With(others) : throw new ArgumentException("--held-out: no row was held out; give the --validation-share of the training.");
        }
        (int first, int? count) = rows.Read(parsed);
        TableRow[] chosen = [.. table.Rows.Skip(first).Take(count ?? int.MaxValue)];
        return chosen.Length > 0 ? table.With(chosen) : throw new ArgumentException(FormattableString.Invariant($"--skip is {first}, but there are {table.Rows.Count} rows; give less."));
    }
}
