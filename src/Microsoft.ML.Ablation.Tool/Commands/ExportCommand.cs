using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation export</c>: the network of a model as an ONNX file.</summary>
internal static class ExportCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("export", "Write a model's network as an ONNX file. It is for programs without torch and for other runtimes.");
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };
        Option<string> target = new ValueOption<string>(ValueKind.File(".onnx"), "--out", "-o") { Description = "The ONNX file.", Required = true };
        command.AddOptions(HelpGroup.Model, model);
        command.AddOptions(HelpGroup.Output, target);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string path = parsed.GetRequiredValue(target);
            ITransformer loaded = ModelFile.Load(ml, parsed.GetRequiredValue(model), out DataViewSchema? _);
            using var owned = loaded as IDisposable;
            CertificationRun.FindCertifier(loaded).ExportOnnx(path);
            var result = new { Onnx = path, Bytes = new FileInfo(path).Length };
            console.Result(result, text => text.Profile.Out.Writer.WriteLine(
                FormattableString.Invariant($"{path}: {result.Bytes:N0} bytes, takes ablated and encoded images and scores them before softmax")));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
