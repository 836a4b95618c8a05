using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Tool.Tests.Tables;

namespace Microsoft.ML.Ablation.Tool.Tests.Documents;

/// <summary>Runs the commands of the README, the guides and the packages as they stand there, but for what only makes them short.</summary>
[TestClass]
public sealed partial class DocumentCommandTests
{
    private static readonly string[] s_documents =
        ["README.md", "docs/command-line.md", "docs/guide.md", "docs/platforms.md", "docs/samples/README.md", .. DocumentTests.PackageReadmes];

    /// <summary>Run by <see cref="PackageTests"/>, which builds the packages first.</summary>
    private static readonly string[] s_withPackages =
    [
        "dotnet tool install --global Microsoft.ML.Ablation.Tool --prerelease --add-source artifacts/packages",
        "dotnet nuget add source \"$PWD/artifacts/packages\" --name ablation",
        "dotnet add package Microsoft.ML.Ablation.TorchSharp --prerelease",
        "dotnet add package TorchSharp-cpu",
        "dotnet new ablation-console",
    ];

    /// <summary>
    /// Run by <see cref="SampleTests"/>, serve.cs by ServeSampleTests beside the tests of ONNX, tune and what follows it by TuneCommandTests with a smaller budget,
    /// serve by ServeCommandTests; and what runs all tests, these among them.
    /// </summary>
    private static readonly string[] s_elsewhere =
    [
        "dotnet run docs/samples/quickstart.cs",
        "dotnet run docs/samples/certify-images.cs",
        "dotnet run docs/samples/imagenet-folder.cs -- TRAIN_FOLDER TEST_FOLDER [IMAGE_SIZE K EPOCHS]",
        "dotnet run docs/samples/certify-table.cs",
        "dotnet run docs/samples/certify-messages.cs",
        "dotnet run -c Release docs/samples/certify-prices.cs -- [FILE]",
        "dotnet run -c Release docs/samples/tables-of-numbers.cs -- FOLDER",
        "dotnet run docs/samples/own-engine.cs",
        "dotnet run -c Release docs/samples/fixed-masks.cs",
        "dotnet run -c Release docs/samples/certify-onnx.cs",
        "dotnet run -c Release docs/samples/serve.cs -- --model FILE",
        "dotnet run -c Release docs/samples/load-service.cs -- --clients 8 --seconds 20",
        "dotnet run docs/samples/certify-cluster.cs",
        "dotnet run docs/samples/scale-out.cs",
        "dotnet run -c Release docs/samples/attack-baselines.cs",
        "dotnet run -c Release docs/samples/table-results.cs -- FOLDER",
        "dotnet run -c Release docs/samples/text-results.cs -- FOLDER",
        "dotnet run -c Release docs/samples/fixed-mask-tables.cs -- FOLDER",
        "ablation tune --budget 20m --out tuned",
        "ablation certify --model tuned/model.zip",
        "ablation report --run tuned/runs/*",
        "ablation serve --model model.zip",
        "ablation serve --model prices.zip --data prices.csv",
        "dotnet test -c Release",
    ];

    /// <summary>A command of the documents, and what is added to make it short.</summary>
    private static readonly (string Command, string Added)[] s_commands =
    [
        ("dotnet run -c Release --project src/Microsoft.ML.Ablation.Tool -- demo", "--generated --train-rows 300 --epochs 1 --rows 2"),
        ("ablation train --k 45 --epochs 40 --mixed-precision --out model.zip", "--generated --train-rows 100 --votes 50 --selection-votes 50"),
        ("ablation certify --model model.zip --run run --out certified.csv", "--generated --rows 3"),
        ("ablation evaluate --run run --alpha 0.01", ""),
        ("ablation report --run run --model model.zip --out report.html", "--generated"),
        ("ablation attack --model model.zip --rows 20 --run attacked",
            "--generated --restarts 1 --first-look 20 --closer-look 20 --verification-votes 50"),
        ("ablation demo --masks 65", "--generated --train-rows 300 --epochs 1 --rows 2"),
        ("ablation train --masks 65 --out masked.zip", "--generated --train-rows 300 --epochs 1"),
        ("ablation certify --model masked.zip --run masked", "--generated --rows 3"),
        ("ablation evaluate --run masked --rule Gap", ""),
        ("ablation report --run masked --model masked.zip --out masked.html", "--generated"),
        ("ablation recount --run masked --model masked.zip --rows 20", "--generated"),
        ("ablation bounds --masks 65", ""),
        ("ablation train --bands 4 --out bands.zip", "--generated --train-rows 300 --epochs 1"),
        ("ablation certify --model bands.zip --patch 1x2 --run patched", "--generated --rows 2"),
        ("ablation evaluate --run patched --against Positions", ""),
        ("ablation bounds --bands 4", ""),
        ("ablation train --data FOLDER --bands 4 --band-direction Columns --network Bands --epochs 20 --crop 4 --flip --mixed-precision --out bands.zip",
            "--image-size 32 --train-rows 6 --batch-size 3"),
        ("ablation train --data FOLDER --out photos.zip", "--budget 5s --seed 3"),
        ("ablation certify --model photos.zip --data FOLDER --held-out", ""),
        ("ablation certify --model model.zip --held-out --k 14 --rule Condorcet", "--generated --rows 2"),
        ("ablation train --data FOLDER --classes synsets.txt --recipe PaperImageNet --k 1000 --out model.zip",
            "--image-size 224 --epochs 1 --train-rows 6 --batch-size 3 --votes 2 --selection-votes 2"),
        ("ablation certify --model model.zip --data FOLDER --rows 500 --out certified.csv", ""),
        ("ablation predict --model model.zip photo.png", ""),
        ("ablation train --recipe PaperMnist --epochs 2", "--generated --train-rows 100"),
        ("ablation export --model model.zip --out model.onnx", ""),
        ("ablation certify --onnx model.onnx --k 45 --rows 100", "--generated --votes 20 --selection-votes 20"),
        ("ablation convert --model model.zip --without-torch --out served.zip", ""),
        ("ablation quantize --model model.zip --out int8.zip", "--generated --rows 200"),
        ("ablation convert --model model.zip --precision Float32 --out float32.zip", ""),
        ("ablation train --data prices.csv --label SalePrice --ignore PID --out prices.zip", ""),
        ("ablation certify --model prices.zip --data prices.csv --out certified-prices.csv", ""),
        ("ablation predict --model prices.zip row.csv", ""),
        ("ablation certify --model prices.zip --data prices.csv --held-out --run priced", ""),
        ("ablation evaluate --run priced --largest-radius 2 --within 0.1", ""),
        ("ablation report --run priced --out priced.html", ""),
        ("ablation train --data messages.tsv --label Kind --task Text --out messages.zip", ""),
        ("ablation certify --model messages.zip --data messages.tsv --held-out --out certified-messages.tsv", ""),
        ("ablation explain --model messages.zip messages.tsv --row 3", ""),
        ("ablation --help", ""),
        ("ablation certify --help", ""),
        ("ablation info", ""),
    ];

    private static string s_text = "", s_folder = "";

    [ClassInitialize]
    public static void Prepare(TestContext _)
    {
        s_text = string.Join('\n', s_documents.Select(RepositoryFiles.Read));
        s_folder = Directory.CreateTempSubdirectory("ablation-readme-").FullName;
        Datasets.PictureFolder.WriteTo(Path.Combine(s_folder, "FOLDER"), count: 8);
        WriteTables(s_folder);
        File.Copy(Path.Combine(s_folder, "FOLDER", "red", "1.png"), Path.Combine(s_folder, "photo.png"));
        File.WriteAllLines(Path.Combine(s_folder, "synsets.txt"), ["black", .. Datasets.PictureFolder.Classes]);
    }

    private static void WriteTables(string folder)
    {
        SmallTables.Write(folder, "prices.csv", ["PID", .. SmallTables.HouseNames[1..^1], "SalePrice"], SmallTables.Houses(200, seed: 1));
        File.WriteAllLines(Path.Combine(folder, "row.csv"), File.ReadLines(Path.Combine(folder, "prices.csv")).Take(2));
        SmallTables.Write(folder, "messages.tsv", ["Kind", "Text"], SmallTables.Messages(200, seed: 1), '\t');
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Every_command_of_the_documents_is_run_by_a_test()
    {
        IEnumerable<string> inBlocks = Blocks().Matches(s_text).SelectMany(block => block.Groups[1].Value.Split('\n'));
        IEnumerable<string> inText = InText().Matches(s_text).Select(code => code.Groups[1].Value);
        string[] commands = [.. inBlocks.Concat(inText).Select(command => command.Split('#')[0].Trim())
            .Where(command => command.StartsWith("ablation ", StringComparison.Ordinal) || command.StartsWith("dotnet ", StringComparison.Ordinal))
            // How another command begins.
            .Where(command => !command.EndsWith("--", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
        string[] tested = [.. s_commands.Select(command => command.Command).Concat(s_withPackages).Concat(s_elsewhere).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(tested, commands, $"in the documents:\n{string.Join('\n', commands)}\ntested:\n{string.Join('\n', tested)}");
    }

    [TestMethod]
    [LongTest("trains seven networks, one of them ResNet-50")]
    public void They_run_in_their_order()
    {
        foreach ((string command, string added) in s_commands)
        {
            string[] words = $"{command} {added}".Split(' ', StringSplitOptions.RemoveEmptyEntries);
            ToolProcess process = words[0] == "ablation"
                ? ToolProcess.OwnProcess(s_folder, words[1..])
                : ToolProcess.Start(words[0], s_folder, [.. words[1..].Select(word => IsSource(word) ? RepositoryFiles.PathOf(word) : word)]);
            Assert.AreEqual(0, process.ExitCode, $"{command}: {process.Error}");
            Assert.AreNotEqual("", process.Output, command);
        }
        foreach (string written in new[] { "model.zip", "certified.csv", "report.html", "float32.zip", "int8.zip", "model.onnx", "ablation-demo/model.zip", "run/rows.jsonl", "masked/rows.jsonl", "masked.html" })
            Assert.IsTrue(File.Exists(Path.Combine(s_folder, written)), written);
    }

    [TestMethod]
    public void Those_of_tables_run_as_they_stand_there()
    {
        string[] commands = [.. s_commands.Select(command => command.Command).Where(command => command.Contains("prices", StringComparison.Ordinal)
            || command.Contains("messages", StringComparison.Ordinal))];
        Assert.HasCount(7, commands);
        // Whoever ran them before left a run of another model.
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "tables")).FullName;
        WriteTables(folder);
        foreach (string command in commands)
        {
            ToolProcess process = ToolProcess.Ablation(folder, command.Split(' ')[1..]);
            Assert.AreEqual(0, process.ExitCode, $"{command}: {process.Error}");
            Assert.AreNotEqual("", process.Output, command);
            if (command.Split(" --out ") is [_, var written])
                Assert.IsTrue(File.Exists(Path.Combine(folder, written)), written);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void The_completion_for_bash_completes()
    {
        string block = Blocks().Matches(s_text).Select(match => match.Groups[1].Value).Single(text => text.Contains("complete -F", StringComparison.Ordinal));
        string script = $"ablation() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "ablation.dll")}' \"$@\"; }}\n{block}\n"
            + "COMP_LINE='ablation eval'; COMP_POINT=13; _ablation; echo \"${COMPREPLY[*]}\"; complete -p ablation";
        ToolProcess process = ToolProcess.Start("bash", s_folder, "-c", script);
        Assert.AreEqual("evaluate\ncomplete -F _ablation ablation", process.Output.Trim(), process.Error);
    }

    private static bool IsSource(string word) => word.StartsWith("src/", StringComparison.Ordinal);

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("(?<!`)`((?:ablation|dotnet) [^`]*)`")]
    private static partial Regex InText();
}
