using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Bench;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation bench</c>: how close the vote engine is to the hardware.</summary>
internal static class BenchCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("bench", "Measure the vote engine against the bare forward pass and the paper's loop; about a minute.");
        var output = new OutputOptions();
        Option<ScoringPrecision> precision = new("--precision") { Description = "Number format [default: Auto, the device's fastest]." };
        Option<int?> gpu = new("--gpu") { Description = "Number of the CUDA device [default: the processor]." };
        Option<int> turns = new("--turns") { Description = "How often everything is measured; the median counts.", DefaultValueFactory = _ => 5 };
        turns.MustBeAtLeast(1);
        Option<int> paperImages = new("--paper-images")
        {
            Description = "Images that the paper's loop takes together; its published program takes 10, which needs 12 GB of memory.",
            DefaultValueFactory = _ => 1,
        };
        paperImages.MustBeAtLeast(1);
        command.Options.Add(turns);
        command.Options.Add(paperImages);
        command.Options.Add(precision);
        command.Options.Add(gpu);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            ToolConsole console = output.Read(parsed);
            Device device = TorchDevice.Choose(parsed.GetValue(gpu), fallbackToCpu: false, console.Say, console.Say);
            ScoringPrecision settled = parsed.GetValue(precision).ResolveFor(device);
            BenchResult result = new EngineBench(settled.ToScalarType(), device, parsed.GetValue(turns), parsed.GetValue(paperImages),
                console.Say).Run();
            console.Result(result, result.Print);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
