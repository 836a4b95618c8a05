using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The usual help, and after it examples of the verb, or of all verbs the exit codes.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    /// <summary>Examples by verb, each a command line as one types it.</summary>
    public static IReadOnlyDictionary<string, string[]> Examples { get; } = new Dictionary<string, string[]>
    {
        ["demo"] = ["ablation demo", "ablation demo --masks 65", "ablation demo --generated --epochs 4 --rows 50"],
        ["train"] =
        [
            "ablation train --k 45 --epochs 40 --reconstruction 80 --mixed-precision --out model.zip",
            "ablation train --data photos --image-size 64 --network ResNet18 --k 200 --flip --out model.zip",
            "ablation train --masks 65 --out masked.zip",
            "ablation train --bands 4 --out bands.zip",
            "ablation train --data prices.csv --label SalePrice --ignore PID,Order --out prices.zip",
            "ablation train --data messages.tsv --label Kind --task Text --share 0.3 --out messages.zip",
            "ablation train --images train-images.idx --labels train-labels.idx --k 30 --checkpoint state --out model.zip",
        ],
        ["tune"] = ["ablation tune --budget 20m", "ablation tune --data photos --accuracy 0.8 --budget 2h --out tuned"],
        ["certify"] =
        [
            "ablation certify --model model.zip --adaptive --run results",
            "ablation certify --model model.zip --k 12 --rule Condorcet --held-out --rows 600",
            "ablation certify --model bands.zip --patch 1x2 --run patched",
            "ablation certify --model model.zip --data photos --rows 100 --out certified.csv",
            "ablation certify --model prices.zip --data prices.csv --out certified.csv",
            "ablation certify --model public.zip --secret-seed seed.txt --run results",
            "ablation certify --onnx classifier.onnx --k 45 --encoding Mean --rows 100",
            "ablation certify --model model.zip --cluster redis:cache:6379 --cluster-secret secret.txt --cluster-authority ca.pem --run results",
        ],
        ["convert"] = ["ablation convert --model model.zip --precision Float32 --out float32.zip", "ablation convert --model model.zip --without-torch --out served.zip"],
        ["quantize"] = ["ablation quantize --model model.zip --out int8.zip"],
        ["export"] = ["ablation export --model model.zip --out model.onnx"],
        ["evaluate"] = ["ablation evaluate --run results --rule Gap --alpha 0.01", "ablation evaluate --run first second --json", "ablation evaluate --run patched --against Positions"],
        ["report"] = ["ablation report --run results --model model.zip --out report.html", "ablation report --run first second --plots plots"],
        ["recount"] = ["ablation recount --run results --model public.zip --rows 20"],
        ["publish"] = ["ablation publish --model model.zip --out public.zip"],
        ["serve"] = ["ablation serve --model model.zip", "ablation serve --model prices.zip --data prices.csv", "ablation serve --model model.zip --urls http://0.0.0.0:8080 --engines 4 --timeout 10s"],
        ["attack"] = ["ablation attack --model model.zip --adaptive --rows 20 --run attacked", "ablation attack --model plain.zip --restarts 3 --out attacked.csv"],
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

    /// <summary>Takes the place of a command's help.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        CliCommand command = parseResult.CommandResult.Command;
        if (command is RootCommand)
        {
            output.WriteLine("Exit codes:");
            output.WriteLine($"  {ExitCode.Success}    Done");
            output.WriteLine($"  {ExitCode.Failure}    Failed for another reason than the input");
            output.WriteLine($"  {ExitCode.BadInput}    An option, a file or the data is invalid; one line on stderr says what to do");
            output.WriteLine($"  {ExitCode.Cancelled}  Stopped by Ctrl-C, a signal or a closed terminal, after the current row; 'certify --run', 'attack --run' and 'train --checkpoint' resume from there");
            return code;
        }
        output.WriteLine("Examples:");
        foreach (string example in Examples[command.Name])
            output.WriteLine($"  {example}");
        return code;
    }
}
