using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation convert</c>: a model of the same weights that votes in another number format, or without torch.</summary>
internal static class ConvertCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("convert", "Make a model's twin in another number format, or without torch. It has the same weights and seed.");
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };
        Option<ScoringPrecision?> precision = new ValueOption<ScoringPrecision?>(ValueKind.Name<ScoringPrecision>(), "--precision")
        {
            Description = "Number format in which the new model votes; Auto is the fastest of this machine but for Int8, which 'ablation quantize' makes.",
        };
        Option<bool> withoutTorch = new ValueOption<bool>(ValueKind.Flag, "--without-torch")
        {
            Description = "The new model loads in programs without torch: its network is an ONNX network, in integers or, from a model of another number format, in float32.",
        };
        Option<bool> mirrorScores = new ValueOption<bool>(ValueKind.Flag, "--mirror-scores")
        {
            Description = "The new model votes by the mean of the scores of an ablated image and its mirror image; for photographs. Of a model in Float32 or BFloat16, which 'ablation quantize' then brings to integers.",
        };
        Option<string[]> averageWith = new ValuesOption(ValueKind.Input, "--average-with")
        {
            Description = "Model files of other trainings: the new model votes by the mean of the scores of all networks. All average with mirror images, or none; none is in integers, to which 'ablation quantize' then brings the new model.",
        };
        Option<string> target = new ValueOption<string>(ValueKind.File(".zip"), "--out", "-o") { Description = "The new model file.", Required = true };
        command.AddOptions(HelpGroup.Model, model);
        command.AddOptions(HelpGroup.Output, precision, withoutTorch, mirrorScores, averageWith, target);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string path = parsed.GetRequiredValue(target);
            bool leavesTorch = parsed.GetValue(withoutTorch);
            string[] others = parsed.GetValue(averageWith) ?? [];
            if (new[] { parsed.GetValue(precision) is not null, leavesTorch, parsed.GetValue(mirrorScores), others.Length > 0 }.Count(given => given) != 1)
                throw new ArgumentException("Give one of --precision with a number format, --without-torch, --mirror-scores and --average-with.");
            if (parsed.GetValue(precision) == ScoringPrecision.Int8)
                throw new ArgumentException("--precision is Int8, whose ranges come from images; use 'ablation quantize', which reads them.");
            ITransformer loaded = ModelFile.Load(ml, parsed.GetRequiredValue(model), out DataViewSchema? schema);
            using var owned = loaded as IDisposable;
            SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(loaded);
            string? averaging = parsed.GetValue(mirrorScores) ? "--mirror-scores" : others.Length > 0 ? "--average-with" : null;
            if (averaging is not null && certifier.Precision() == ScoringPrecision.Int8)
                throw new ArgumentException($"The model votes in integers, whose ranges come from images; convert it with --precision Float32, then with {averaging}, then use 'ablation quantize'.");
            using SmoothedCertifierTransformer twin = parsed.GetValue(precision) is { } other ? certifier.WithPrecision(other)
                : leavesTorch ? certifier.WithoutTorch()
                : others.Length > 0 ? Average(ml, certifier, others)
                : certifier.WithMirroredScores();
            ModelFile.Save(ml, CertifierChain.With(loaded, twin), schema, path);
            TwinResult.Of(path, certifier, twin).Show(console);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static SmoothedCertifierTransformer Average(MLContext ml, SmoothedCertifierTransformer certifier, string[] paths)
    {
        ITransformer[] others = [.. paths.Select(path => ModelFile.Load(ml, path, out _))];
        try
        {
            return certifier.WithAveragedScores([.. others.Select(CertificationRun.FindCertifier)]);
        }
        finally
        {
            foreach (ITransformer other in others)
                (other as IDisposable)?.Dispose();
        }
    }
}
