using System.CommandLine;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Bench;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation bench</c>: how close the vote engine is to the hardware.</summary>
internal static class BenchCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("bench", "Measure the vote engine, number formats or trainings. The engine is compared with the bare forward pass and the paper's loop, in about a minute.");
        var output = new OutputOptions();
        Option<ScoringPrecision> precision = new ValueOption<ScoringPrecision>(ValueKind.Name<ScoringPrecision>(), "--precision") { Description = "Number format [default: Auto, the device's fastest]." };
        Option<int?> gpu = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.GpuNumber), "--gpu") { Description = "Number of the CUDA device [default: the processor]." };
        Option<int> turns = new ValueOption<int>(ValueKind.Integer(1, 1000), "--turns") { Description = "How often everything is measured; the median counts.", DefaultValueFactory = _ => 5 };
        Option<int> paperImages = new ValueOption<int>(ValueKind.Integer(1, 100), "--paper-images")
        {
            Description = "Images that the paper's loop takes together; its published program takes 10, which needs 12 GB of memory.",
            DefaultValueFactory = _ => 1,
        };
        command.AddOptions(HelpGroup.Other, turns, paperImages);
        Option<bool> precisions = new ValueOption<bool>(ValueKind.Flag, "--precisions")
        {
            Description = "Measure Float32, BFloat16 and Int8 on the processor against one another instead, for four networks; some minutes.",
        };
        Option<bool> training = new ValueOption<bool>(ValueKind.Flag, "--training")
        {
            Description = "Measure instead what share of the processor's arithmetic a training of residual networks reaches; some minutes.",
        };
        command.AddOptions(HelpGroup.Other, precision, precisions, training, gpu);
        var cluster = new ClusterOptionSet("Measure this cluster against this process instead, with --model and generated digits");
        Option<string?> model = new ValueOption<string?>(ValueKind.Input, "--model", "-m") { Description = "With --cluster: the model file." };
        Option<int> rows = new ValueOption<int>(ValueKind.Integer(2, OptionLimits.RowsInMemory), "--rows") { Description = "With --cluster: images in a turn.", DefaultValueFactory = _ => 20 };
        cluster.AddTo(command);
        command.AddOptions(HelpGroup.Cluster, model, rows);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            if (parsed.GetValue(model) is { } file)
            {
                await using AblationCluster workers = await cluster.ConnectAsync(parsed, console, cancellation)
                    ?? throw new ArgumentException("--model is for --cluster; without it, 'bench' makes its own networks.");
                ClusterBenchResult compared = MeasureCluster(workers, file, parsed.GetValue(rows), parsed.GetValue(turns), console, cancellation);
                console.Result(compared, compared.Print);
                return ExitCode.Success;
            }
            if (cluster.IsGiven(parsed))
                throw new ArgumentException("--cluster needs the --model that it is measured with.");
            cluster.RefuseUseless(parsed);
            if (parsed.GetResult(rows) is { Implicit: false })
                throw new ArgumentException("--rows needs --cluster; give both.");
            if (parsed.GetValue(training))
            {
                if (parsed.GetValue(precisions) || parsed.GetResult(precision) is { Implicit: false } || parsed.GetValue(gpu) is not null)
                    throw new ArgumentException("--training measures trainings on the processor, in bfloat16 where it has that; leave out --precisions, --precision and --gpu.");
                TrainingBenchResult trained = new TrainingBench(parsed.GetValue(turns), console.Say, cancellation).Run();
                console.Result(trained, trained.Print);
                return ExitCode.Success;
            }
            if (parsed.GetValue(precisions))
            {
                if (parsed.GetResult(precision) is { Implicit: false } || parsed.GetValue(gpu) is not null)
                    throw new ArgumentException("--precisions measures all number formats on the processor; leave out --precision and --gpu.");
                PrecisionBenchResult compared = new PrecisionBench(parsed.GetValue(turns), parsed.GetValue(paperImages), console.Say, cancellation).Run();
                console.Result(compared, compared.Print);
                return ExitCode.Success;
            }
            Device device = TorchDevice.Choose(parsed.GetValue(gpu), fallbackToCpu: false, console.Say, console.Say);
            ScoringPrecision settled = parsed.GetValue(precision).ResolveFor(device);
            if (settled == ScoringPrecision.Int8)
                throw new ArgumentException("--precision is Int8, which torch's forward pass cannot be measured against; use --precisions.");
            BenchResult result = new EngineBench(settled.ToScalarType(), device, parsed.GetValue(turns), parsed.GetValue(paperImages),
                console.Say, cancellation).Run();
            console.Result(result, result.Print);
            return ExitCode.Success;
        });
        return command;
    }

    private static ClusterBenchResult MeasureCluster(AblationCluster workers, string file, int rows, int turns, ToolConsole console,
        CancellationToken cancellation)
    {
        var ml = new MLContext();
        ITransformer loaded = ModelFile.Load(ml, file);
        using var owned = loaded as IDisposable;
        SmoothedCertifierTransformer here = CertificationRun.FindCertifier(loaded), there = CertificationRun.FindCertifier(workers.Distribute(loaded));
        IDataView input = CertifierChain.InputOf(here, loaded, ml.Data.LoadGeneratedDigits(rows, seed: 1));
        return new ClusterBench(here, there, input, turns, cancellation).Run(() => workers.Workers.Count, console.Say);
    }
}
