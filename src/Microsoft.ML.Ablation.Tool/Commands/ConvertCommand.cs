using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation convert</c>: a model of the same weights that votes in another number format.</summary>
internal static class ConvertCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("convert", "Make a model with the same weights and seed that votes in another number format, for another kind of machine.");
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };
        Option<ScoringPrecision> precision = new ValueOption<ScoringPrecision>(ValueKind.Name<ScoringPrecision>(), "--precision")
        {
            Description = "Number format in which the new model votes; Auto is the fastest of this machine but for Int8, which 'ablation quantize' makes.",
            Required = true,
        };
        Option<string> target = new ValueOption<string>(ValueKind.Output, "--out", "-o") { Description = "The new model file.", Required = true };
        command.Options.Add(model);
        command.Options.Add(precision);
        command.Options.Add(target);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string path = parsed.GetRequiredValue(target);
            if (parsed.GetValue(precision) == ScoringPrecision.Int8)
                throw new ArgumentException("--precision is Int8, whose ranges come from images; use 'ablation quantize', which reads them.");
            ITransformer loaded = ModelFile.Load(ml, parsed.GetRequiredValue(model), out DataViewSchema? schema);
            using var owned = loaded as IDisposable;
            SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(loaded);
            using SmoothedCertifierTransformer twin = certifier.WithPrecision(parsed.GetValue(precision));
            ModelFile.Save(ml, CertifierChain.With(loaded, twin), schema, path);
            TwinResult.Of(path, certifier, twin).Show(console);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
