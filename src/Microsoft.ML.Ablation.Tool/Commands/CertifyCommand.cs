using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation certify</c>: certifies test images with a saved pipeline.</summary>
internal static class CertifyCommand
{
    private const string TabsEnding = ".tsv";

    public static CliCommand Create()
    {
        var command = new CliCommand("certify", "Certify images, or the rows of a table, with a saved model.");
        var data = new DataOptions();
        var model = new ModelOptions(isRequired: false);
        var onnx = new OnnxOptionSet();
        var rows = new RowOptions("Certify");
        var heldOut = new HeldOutOptions();
        var tables = new CertifyTableOptions(model, rows, heldOut);
        var output = new OutputOptions();
        Option<bool> asZero = new ValueOption<bool>(ValueKind.Flag, "--uncertified-as-zero")
        {
            Description = "Count a correct row without a certificate as radius 0, as the paper's tables do.",
        };
        Option<string?> table = new ValueOption<string?>(ValueKind.File(".csv", ".json", ".parquet", TabsEnding), "--out", "-o") { Summary = "A line per row: .csv, .json or .parquet; of a table .tsv too", Description = "File with a line per image or row: .csv, .json or .parquet, of a table also .tsv." };
        Option<string?> run = new ValueOption<string?>(ValueKind.Output, "--run")
        {
            Summary = "Keep every finished row there, and resume after the last",
            Description = "Folder that keeps every finished image or row with its votes; a run in it is resumed after its last one.",
        };
        var cluster = new ClusterOptionSet("Let the workers of this cluster count the votes");
        data.AddTo(command, ownFiles: true, tables: true);
        tables.AddTo(command);
        model.AddTo(command);
        onnx.AddTo(command);
        heldOut.AddTo(command);
        rows.AddTo(command);
        command.AddOptions(HelpGroup.Output, table, run);
        command.AddOptions(HelpGroup.Votes, asZero);
        cluster.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            if (data.TableOf(parsed) is { } file)
            {
                TableCertificationResult certified = tables.Run(parsed, ml, file, parsed.GetValue(table), parsed.GetValue(run), parsed.GetValue(asZero), console, cancellation);
                console.Result(certified, certified.Print);
                return ExitCode.Success;
            }
            tables.RequireTable(parsed);
            if (parsed.GetValue(table) is { } rowsFile && rowsFile.EndsWith(TabsEnding, StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"--out is '{rowsFile}', but {TabsEnding} is for rows of a table; of images give a name that ends in .csv, .json or .parquet.");
            string? onnxFile = onnx.PathOf(parsed);
            if (onnxFile is null == model.FileOf(parsed) is null)
                throw new ArgumentException("Give --model with a model file, or --onnx with an ONNX file and --k, and not both.");
            if (onnxFile is null)
                onnx.RefuseWithoutFile(parsed);
            else if (cluster.IsGiven(parsed))
                throw new ArgumentException("--onnx makes a model of which workers of a cluster have no copy; give --model, or leave out --cluster.");
            bool fileHoldsSeed = false;
            ModelImages? known = null;
            ITransformer? loaded = onnxFile is null ? model.Load(parsed, ml, out known, out fileHoldsSeed) : null;
            ImageData images = known is null ? await data.ResolveAsync(parsed, ml, console, cancellation) : await data.ResolveAsync(parsed, ml, console, known, cancellation);
            ITransformer pipeline = loaded ?? model.Apply(parsed, onnx.Fit(parsed, ml, images, model.RetainedCount(parsed)
                ?? throw new ArgumentException("--onnx needs --k, the retained pixels; give as many as in its training."), console));
            using var owned = pipeline as IDisposable;
            IDataView test = rows.Choose(parsed, ml, heldOut.Choose(parsed, images, known?.Division));
            string? runDirectory = parsed.GetValue(run);
            if (runDirectory is not null)
                model.RequireSeedFor(pipeline, parsed);
            await using AblationCluster? workers = await cluster.ConnectAsync(parsed, console, cancellation);
            // Workers know a file without a seed by its name; one with a seed stays here.
            ITransformer counted = workers is null ? pipeline
                : fileHoldsSeed ? workers.Distribute(pipeline)
                : workers.Distribute(pipeline, model.PathOf(parsed));
            CertificationResult result = new CertificationRun(counted, test, heldOut.NameOf(parsed, images))
            {
                FirstRow = rows.Skipped(parsed),
                TablePath = parsed.GetValue(table),
                RunDirectory = runDirectory,
                ModelHash = runDirectory is null ? null : onnxFile is null ? FileHash.Of(model.PathOf(parsed)) : onnx.Hash(parsed),
                UncertifiedAsZero = parsed.GetValue(asZero),
            }.Run(console, cancellation);
            console.Result(result, result.Print);
            return ExitCode.Success;
        });
        return command;
    }
}
