using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Writes help: of a verb, which begins with examples, or of the tool.</summary>
/// <param name="isWhole">Whether every option is listed, or those that fit on a screen.</param>
internal sealed class HelpWithExamples(bool isWhole) : SynchronousCommandLineAction
{
    /// <summary>Examples by verb, each a command line as one types it; the two commonest uses are the first.</summary>
    public static IReadOnlyDictionary<string, string[]> Examples { get; } = new Dictionary<string, string[]>
    {
        ["demo"] = ["ablation demo", "ablation demo --paper", "ablation demo --generated --epochs 4 --rows 50"],
        ["train"] =
        [
            "ablation train --data photos --out model.zip",
            "ablation train --data prices.csv --label SalePrice --out prices.zip",
            "ablation train --k 45 --epochs 40 --reconstruction 80 --mixed-precision --out model.zip",
            "ablation train --data photos --image-size 64 --network ResNet18 --k 200 --flip --budget 1h --out model.zip",
            "ablation train --masks 65 --out masked.zip",
            "ablation train --bands 4 --out bands.zip",
            "ablation train --data messages.tsv --label Kind --task Text --share 0.3 --out messages.zip",
            "ablation train --images train-images.idx --labels train-labels.idx --k 30 --checkpoint state --out model.zip",
        ],
        ["tune"] = ["ablation tune --budget 20m", "ablation tune --data photos --accuracy 0.8 --budget 2h --out tuned"],
        ["predict"] = ["ablation predict --model model.zip photo.png", "ablation predict --model prices.zip row.csv --json"],
        ["explain"] = ["ablation explain --model model.zip photo.png", "ablation explain --model loans.zip loans.csv --row 5"],
        ["certify"] =
        [
            "ablation certify --model model.zip --data photos --out certified.csv",
            "ablation certify --model prices.zip --data prices.csv --out certified.csv",
            "ablation certify --model model.zip --run results",
            "ablation certify --model model.zip --k 12 --rule Condorcet --held-out --rows 600",
            "ablation certify --model bands.zip --patch 1x2 --run patched",
            "ablation certify --model model.zip --rows 100 --out certified.parquet",
            "ablation certify --model public.zip --secret-seed seed.txt --run results",
            "ablation certify --onnx classifier.onnx --k 45 --encoding Mean --rows 100",
            "ablation certify --model model.zip --cluster redis:cache:6379 --cluster-secret secret.txt --cluster-authority ca.pem --run results",
        ],
        ["convert"] = ["ablation convert --model model.zip --precision Float32 --out float32.zip", "ablation convert --model model.zip --without-torch --out served.zip"],
        ["quantize"] = ["ablation quantize --model model.zip --out int8.zip"],
        ["export"] = ["ablation export --model model.zip --out model.onnx"],
        ["evaluate"] = ["ablation evaluate --run results --alpha 0.01", "ablation evaluate --run first second --json", "ablation evaluate --run patched --against Positions"],
        ["report"] = ["ablation report --run results --model model.zip --out report.html", "ablation report --run first second --plots plots"],
        ["recount"] = ["ablation recount --run results --model public.zip --rows 20"],
        ["publish"] = ["ablation publish --model model.zip --out public.zip"],
        ["serve"] = ["ablation serve --model model.zip", "ablation serve --model prices.zip --data prices.csv", "ablation serve --model model.zip --urls http://0.0.0.0:8080 --engines 4 --timeout 10s"],
        ["attack"] = ["ablation attack --model model.zip --rows 20 --run attacked", "ablation attack --model plain.zip --restarts 3 --out attacked.csv"],
        ["worker"] =
        [
            "ablation worker",
            "ablation worker --cluster redis:127.0.0.1:6379 --threads 4",
            "ablation worker --cluster redis:cache:6379 --address 10.0.0.5 --cluster-secret secret.txt --cluster-authority ca.pem --certificate worker.pem",
        ],
        ["bounds"] = ["ablation bounds --d 784 --k 45", "ablation bounds --d 784 --k 45 --counts 8700,600,700", "ablation bounds --d 784 --masks 65", "ablation bounds --bands 4"],
        ["bench"] = ["ablation bench", "ablation bench --precision Float32", "ablation bench --precisions", "ablation bench --training", "ablation bench --cluster redis:127.0.0.1:6379 --model model.zip"],
        ["info"] = ["ablation info --json"],
    };

    /// <summary>Takes the place of a command's help, and adds <c>--help-all</c>.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples(isWhole: false);
        root.Options.Add(new ValueOption<bool>(ValueKind.Flag, "--help-all") { Description = "Help with all options.", Recursive = true, Action = new HelpWithExamples(isWhole: true) });
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(parseResult.CommandResult.Command is not RootCommand root ? OfVerb(parseResult.CommandResult.Command) : new RootHelp(root).Write());
        return ExitCode.Success;
    }

    private string OfVerb(CliCommand verb)
    {
        var help = new VerbHelp(verb, Examples.GetValueOrDefault(verb.Name, []));
        return isWhole ? help.Full() : help.Short();
    }
}
