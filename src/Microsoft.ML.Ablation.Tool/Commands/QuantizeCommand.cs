using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation quantize</c>: a model of the same weights that votes in 8-bit integers.</summary>
internal static class QuantizeCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("quantize", "Make a model's twin that votes in 8-bit integers. Their ranges come from ablations of training images; 'convert --without-torch' then makes one that needs no torch.");
        var data = new DataOptions();
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };
        Option<int?> rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Rows), "--rows")
        {
            Description = "Take the ranges from the first N training images [default: from all; 1,000 of them are drawn].",
        };
        Option<string> target = new ValueOption<string>(ValueKind.File(".zip"), "--out", "-o") { Description = "The new model file.", Required = true };
        data.AddTo(command, ownFiles: true);
        command.AddOptions(HelpGroup.Model, model);
        command.AddOptions(HelpGroup.Data, rows);
        command.AddOptions(HelpGroup.Output, target);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string path = parsed.GetRequiredValue(target);
            ITransformer loaded = ModelFile.Load(ml, parsed.GetRequiredValue(model), out DataViewSchema? schema);
            using var owned = loaded as IDisposable;
            TableModel.RefuseFor(parsed.GetRequiredValue(model), schema);
            SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(loaded);
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            IDataView train = CertifierChain.InputOf(certifier, loaded, images.TakeTrain(parsed.GetValue(rows)));
            using SmoothedCertifierTransformer twin = certifier.WithPrecision(ScoringPrecision.Int8, train);
            ModelFile.Save(ml, CertifierChain.With(loaded, twin), schema, path);
            TwinResult.Of(path, certifier, twin).Show(console);
            return ExitCode.Success;
        });
        return command;
    }
}
