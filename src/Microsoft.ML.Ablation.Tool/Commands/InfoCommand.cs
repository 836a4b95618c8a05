using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.TorchSharp;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation info</c>: what the tool runs on.</summary>
internal static class InfoCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("info", "Print versions, processor, device and whether torch loads.");
        var output = new OutputOptions();
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            TorchRuntimeInfo torch = TorchRuntime.Describe();
            var facts = new Dictionary<string, string?>
            {
                ["ablation"] = RunMachine.VersionOf(typeof(SmoothedCertifierTransformer)),
                ["ML.NET"] = RunMachine.VersionOf(typeof(MLContext)),
                [".NET"] = RuntimeInformation.FrameworkDescription,
                ["System"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
                ["Processor"] = $"{Environment.ProcessorCount} cores, {torch.Processor}",
                ["bfloat16"] = (torch.SupportsBFloat16 ? "yes" : "no") + (torch.BFloat16Override is { } variable ? $", because {variable}" : ""),
                ["TorchSharp"] = torch.TorchSharpVersion,
                ["libtorch"] = torch.IsLoaded ? torch.LibTorchVersion : "not loaded",
                ["Native library"] = torch.BindingPath,
                ["Repaired for this libstdc++"] = torch.IsRepaired ? "yes" : "no",
                ["CUDA"] = torch.IsCudaAvailable ? "yes" : "no",
            };
            output.Read(parsed).Result(new { Facts = facts, torch.Failure }, text =>
            {
                var table = new Table { Border = TableBorder.None, ShowHeaders = false };
                table.AddColumn("").AddColumn("");
                foreach ((string name, string? value) in facts)
                    table.AddRow(Markup.Escape(name), Markup.Escape(value ?? "-"));
                text.Write(table);
            });
            if (torch.Failure is { } failure)
                StandardError.WriteFailure(failure);
            return torch.IsLoaded ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
