using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation publish</c>: copies a model without the seed of its votes.</summary>
internal static class PublishCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("publish", "Copy a model without the seed of its votes. Others use the copy, and check runs with it.");
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };
        Option<string> target = new ValueOption<string>(ValueKind.File(".zip"), "--out", "-o")
        {
            Description = "The file without a seed.",
            DefaultValueFactory = _ => "public.zip",
        };
        command.AddOptions(HelpGroup.Model, model);
        command.AddOptions(HelpGroup.Output, target);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            string from = parsed.GetRequiredValue(model), to = parsed.GetRequiredValue(target);
            if (Path.GetFullPath(from) == Path.GetFullPath(to))
                throw new ArgumentException($"'{to}' is the model itself, whose seed would be lost; give another --out.");
            var ml = new MLContext();
            ITransformer loaded = ModelFile.Load(ml, from, out DataViewSchema? schema);
            using var owned = loaded as IDisposable;
            ITransformer published = TableModel.RegressorOf(loaded) is { } regressor
                ? TableModel.With(loaded, regressor.WithoutSeed())
                : CertifierChain.With(loaded, CertificationRun.FindCertifier(loaded).WithoutSeed());
            // The seed of the training is that of the votes, and says too which rows were held out.
            ModelFile.Save(ml, published, RowDivision.RemoveFrom(schema), to);
            var result = new { Model = to, Hash = FileHash.Of(to) };
            output.Read(parsed).Result(result, text => text.Profile.Out.Writer.WriteLine($"{to}: without a seed, SHA-256 {result.Hash}"));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
