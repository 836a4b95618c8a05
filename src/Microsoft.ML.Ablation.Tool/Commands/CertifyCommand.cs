using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation certify</c>: certifies test images with a saved pipeline.</summary>
internal static class CertifyCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("certify", "Certify images with a saved pipeline.");
        var data = new DataOptions();
        var votes = new VoteOptions();
        var output = new OutputOptions();
        Option<string> model = new("--model", "-m") { Description = "The model file.", Required = true };
        Option<int?> rows = new("--rows") { Description = "Certify only so many images [default: all]." };
        Option<int> skip = new("--skip") { Description = "Leave out so many images first.", DefaultValueFactory = _ => 0 };
        Option<int?> k = new("--k", "-k") { Description = "Retained pixels [default: as many as in training]." };
        Option<bool> asZero = new("--uncertified-as-zero")
        {
            Description = "Count a row that is right but has no certificate as radius 0, as the paper's tables do.",
        };
        Option<string?> table = new("--out", "-o") { Description = "File with a line per image: .csv, .json or .parquet." };
        Option<string?> run = new("--run")
        {
            Description = "Folder that keeps every finished image with its votes; where it holds a run, that goes on after its last image.",
        };
        var heldOut = new HeldOutOptions();
        k.MustBeAtLeast(1);
        rows.MustBeAtLeast(1);
        skip.MustBeAtLeast(0);
        data.AddTo(command, ownFiles: true);
        votes.AddTo(command);
        command.Options.Add(model);
        command.Options.Add(k);
        heldOut.AddTo(command);
        command.Options.Add(rows);
        command.Options.Add(skip);
        command.Options.Add(table);
        command.Options.Add(run);
        command.Options.Add(asZero);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string modelPath = parsed.GetRequiredValue(model);
            ITransformer loaded = ModelFile.Load(ml, modelPath);
            SmoothedCertifierTransformer certifier = Certification.FindCertifier(loaded);
            certifier = certifier.WithOptions(votes.Apply(parsed, certifier.Options));
            if (parsed.GetValue(k) is { } retained)
                certifier = certifier.WithRetainedPixels(retained);
            ITransformer pipeline = CertifierChain.With(loaded, certifier);
            // Owns the base classifier too, which both certifiers share.
            using var owned = (IDisposable)pipeline;
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            IDataView test = heldOut.Choose(parsed, images);
            if (parsed.GetValue(skip) is > 0 and int first)
                test = ml.Data.SkipRows(test, first);
            if (parsed.GetValue(rows) is { } count)
                test = ml.Data.TakeRows(test, count);
            string? runDirectory = parsed.GetValue(run);
            CertificationResult result = new Certification(pipeline, test, heldOut.NameOf(parsed, images))
            {
                FirstRow = parsed.GetValue(skip),
                TablePath = parsed.GetValue(table),
                RunDirectory = runDirectory,
                ModelHash = runDirectory is null ? null : ModelFile.Hash(modelPath),
                UncertifiedAsZero = parsed.GetValue(asZero),
            }.Run(console, cancellation);
            console.Result(result, result.Print);
            return ExitCode.Success;
        });
        return command;
    }
}
