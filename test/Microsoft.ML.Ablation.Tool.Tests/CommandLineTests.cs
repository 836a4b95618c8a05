using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class CommandLineTests
{
    private static string s_folder = "";
    private static ToolProcess s_demo = null!;

    [ClassInitialize]
    public static void RunDemo(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        s_demo = ToolProcess.Ablation(s_folder, "demo", "--generated", "--epochs", "2", "--train-rows", "1500", "--rows", "4",
            "--paper", "--votes", "500", "--selection-votes", "100", "--k", "150", "--json");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Demo_prints_json_and_writes_model_and_rows()
    {
        Assert.AreEqual(0, s_demo.ExitCode, s_demo.Error);
        JsonElement result = JsonDocument.Parse(s_demo.Output).RootElement;
        Assert.AreEqual("generated digits", result.GetProperty("data").GetString());
        Assert.AreEqual(4, result.GetProperty("rows").GetInt32());
        Assert.AreEqual(784, result.GetProperty("positions").GetInt32());
        StringAssert.Contains(s_demo.Error, "Certifying: 100 %");

        string[] lines = File.ReadAllLines(Path.Combine(s_folder, "ablation-demo", "certified.csv"));
        Assert.AreEqual("row,label,predicted,abstained,certified_radius,lower_bound,selection_votes,votes", lines[0]);
        Assert.HasCount(5, lines);
        foreach (string line in lines[1..])
        {
            string[] cells = line.Split(',');
            Assert.AreEqual(100, cells[6].Split(' ').Sum(int.Parse));
            Assert.AreEqual(500, cells[7].Split(' ').Sum(int.Parse));
        }
    }

    [TestMethod]
    public void Certify_repeats_the_demo_bit_for_bit_and_takes_other_plans()
    {
        string model = Path.Combine("ablation-demo", "model.zip");
        ToolProcess same = ToolProcess.Ablation(s_folder, "certify", "--model", model, "--generated", "--rows", "4", "--out", "again.csv", "-q");
        Assert.AreEqual(0, same.ExitCode, same.Error);
        Assert.AreEqual("", same.Error);
        StringAssert.Contains(same.Output, "Median certified radius");
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "ablation-demo", "certified.csv")), File.ReadAllText(Path.Combine(s_folder, "again.csv")));

        ToolProcess adaptive = ToolProcess.Ablation(s_folder, "certify", "-m", model, "--generated", "--rows", "4", "--adaptive", "--tolerance", "1",
            "--rule", "Gap", "--json");
        Assert.AreEqual(0, adaptive.ExitCode, adaptive.Error);
        Assert.AreEqual("Gap", JsonDocument.Parse(adaptive.Output).RootElement.GetProperty("rule").GetString());
    }

    [TestMethod]
    public void Certify_takes_another_k_and_the_images_that_training_held_out()
    {
        string model = Path.Combine("ablation-demo", "model.zip");
        string[] command = ["certify", "--model", model, "--generated", "--rows", "2", "--rule", "Condorcet", "--json"];
        ToolProcess held = ToolProcess.Ablation(s_folder, [.. command, "--k", "60", "--held-out", "--out", "held.csv"]);
        Assert.AreEqual(0, held.ExitCode, held.Error);
        JsonElement result = JsonDocument.Parse(held.Output).RootElement;
        Assert.AreEqual(60, result.GetProperty("retainedPixels").GetInt32());
        Assert.AreEqual("Condorcet", result.GetProperty("rule").GetString());
        ToolProcess test = ToolProcess.Ablation(s_folder, [.. command, "--k", "60", "--out", "test.csv"]);
        Assert.AreEqual(0, test.ExitCode, test.Error);
        Assert.AreNotEqual(File.ReadAllText(Path.Combine(s_folder, "test.csv")), File.ReadAllText(Path.Combine(s_folder, "held.csv")));

        ToolProcess noEffect = ToolProcess.Ablation(s_folder, [.. command, "--seed", "2"]);
        Assert.AreEqual(2, noEffect.ExitCode);
        StringAssert.Contains(noEffect.Error, "give --held-out with them");
        ToolProcess tooMany = ToolProcess.Ablation(s_folder, [.. command, "--k", "785"]);
        Assert.AreEqual(2, tooMany.ExitCode);
        StringAssert.Contains(tooMany.Error, "785");
    }

    [TestMethod]
    public void Predict_takes_images_of_any_size_and_turns_dark_digits_on_white()
    {
        string model = Path.Combine("ablation-demo", "model.zip");
        float[] digit = [.. new MLContext().Data.LoadGeneratedDigits(1, seed: 5).GetColumn<float[]>("Features").Single()];
        Write("digit.png", scale: 1, margin: 0, isInverted: false);
        Write("paper.png", scale: 4, margin: 20, isInverted: true);
        string[] answers = [Predict("digit.png"), Predict("paper.png", "--invert")];
        Assert.AreEqual(answers[0], answers[1]);
        ToolProcess bright = ToolProcess.Ablation(s_folder, "predict", "--model", model, "paper.png");
        Assert.AreEqual(0, bright.ExitCode, bright.Error);
        StringAssert.Contains(bright.Error, "'paper.png' is mostly bright");
        ToolProcess table = ToolProcess.Ablation(s_folder, "predict", "--model", model, Path.Combine("ablation-demo", "certified.csv"));
        Assert.AreEqual(ExitCode.BadInput, table.ExitCode);
        StringAssert.Contains(table.Error, "takes 'Features' (Vector<Single, 1, 28, 28>), 'Label' (String)");

        string Predict(params string[] arguments)
        {
            ToolProcess predict = ToolProcess.Ablation(s_folder, ["predict", "--model", model, .. arguments, "--json"]);
            Assert.AreEqual(0, predict.ExitCode, predict.Error);
            return JsonDocument.Parse(predict.Output).RootElement.GetProperty("predictions")[0].GetProperty("predictedLabel").GetString()!;
        }

        void Write(string name, int scale, int margin, bool isInverted)
        {
            (int height, int width) = (28 * scale, 28 * scale + 2 * margin);
            var pixels = new byte[4 * height * width];
            for (int i = 0; i < height * width; i++)
            {
                int x = i % width - margin;
                float value = x >= 0 && x < 28 * scale ? digit[28 * (i / width / scale) + x / scale] : 0;
                pixels.AsSpan(4 * i, 3).Fill((byte)Math.Round(255 * (isInverted ? 1 - value : value)));
                pixels[4 * i + 3] = 255;
            }
            using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
            image.Save(Path.Combine(s_folder, name));
        }
    }

    [TestMethod]
    public void Train_takes_the_mean_for_null()
    {
        ToolProcess train = ToolProcess.Ablation(s_folder, "train", "--generated", "--train-rows", "100", "--epochs", "1", "--k", "150",
            "--encoding", "Mean", "--out", "mean.zip");
        Assert.AreEqual(0, train.ExitCode, train.Error);
        ITransformer model = new MLContext().Model.Load(Path.Combine(s_folder, "mean.zip"), out _);
        using var owned = (IDisposable)model;
        RandomAblationTransformer ablation = CertificationRun.FindCertifier(model).BaseModel is IEnumerable<ITransformer> parts
            ? parts.OfType<RandomAblationTransformer>().Single()
            : throw new InvalidDataException();
        Assert.AreEqual(AblationEncoding.Mean, ablation.Encoding);
        Assert.AreEqual(2, ToolProcess.Ablation(s_folder, "train", "--encoding", "Missing").ExitCode);
    }

    [TestMethod]
    public void Demo_train_and_certify_take_a_folder_with_cifar_10()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "cifar")).FullName;
        Datasets.BlackCifar10.WriteTo(Path.Combine(folder, "data", "cifar-10-batches-bin"));
        string data = Path.Combine(folder, "data");
        string[] training =
        [
            "--data", data, "--train-rows", "200", "--epochs", "1", "--k", "30", "--votes", "50", "--selection-votes", "20", "--json",
        ];

        ToolProcess demo = ToolProcess.Ablation(folder, ["demo", .. training, "--rows", "2"]);
        Assert.AreEqual(0, demo.ExitCode, demo.Error);
        StringAssert.Contains(demo.Error, $"Data: CIFAR-10 from '{data}' (--data; ");
        JsonElement result = JsonDocument.Parse(demo.Output).RootElement;
        Assert.AreEqual("CIFAR-10", result.GetProperty("data").GetString());
        Assert.AreEqual(1024, result.GetProperty("positions").GetInt32());

        ToolProcess train = ToolProcess.Ablation(folder, ["train", .. training, "--out", "model.zip"]);
        Assert.AreEqual(0, train.ExitCode, train.Error);
        Assert.AreEqual("CIFAR-10", JsonDocument.Parse(train.Output).RootElement.GetProperty("data").GetString());

        ToolProcess certify = ToolProcess.Ablation(folder, "certify", "--model", "model.zip", "--data", data, "--rows", "3", "--json");
        Assert.AreEqual(0, certify.ExitCode, certify.Error);
        result = JsonDocument.Parse(certify.Output).RootElement;
        Assert.AreEqual("CIFAR-10", result.GetProperty("data").GetString());
        Assert.AreEqual(3, result.GetProperty("rows").GetInt32());
    }

    [TestMethod]
    public void Info_tells_versions_and_that_torch_loads()
    {
        ToolProcess info = ToolProcess.Ablation(s_folder, "info", "--json");
        Assert.AreEqual(0, info.ExitCode, info.Error);
        JsonElement facts = JsonDocument.Parse(info.Output).RootElement.GetProperty("facts");
        Assert.AreEqual("0.107.0", facts.GetProperty("TorchSharp").GetString());
        Assert.AreNotEqual("not loaded", facts.GetProperty("libtorch").GetString());
    }

    [TestMethod]
    [DoNotParallelize]
    [DataRow("on", "yes, because ABLATION_BFLOAT16=on")]
    [DataRow("off", "no, because ABLATION_BFLOAT16=off")]
    public void Info_says_what_overrides_the_processor(string value, string expected)
    {
        string? before = Environment.GetEnvironmentVariable(CpuFeatures.Variable);
        Environment.SetEnvironmentVariable(CpuFeatures.Variable, value);
        try
        {
            ToolProcess info = ToolProcess.Ablation(s_folder, "info", "--json");
            Assert.AreEqual(expected, JsonDocument.Parse(info.Output).RootElement.GetProperty("facts").GetProperty("bfloat16").GetString());
            Environment.SetEnvironmentVariable(CpuFeatures.Variable, "yes");
            foreach (string[] verb in (string[][])[["info"], ["certify", "--model", Path.Combine("ablation-demo", "model.zip"), "--generated"]])
            {
                ToolProcess refused = ToolProcess.Ablation(s_folder, verb);
                Assert.AreEqual(ExitCode.BadInput, refused.ExitCode);
                StringAssert.StartsWith(refused.Error, "ablation: The environment variable ABLATION_BFLOAT16 is 'yes', but only 'on' and 'off' are allowed");
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(CpuFeatures.Variable, before);
        }
    }

    [TestMethod]
    public void A_model_is_converted_to_another_precision_with_its_weights_and_seed()
    {
        string model = Path.Combine("ablation-demo", "model.zip");
        foreach (string precision in new[] { "BFloat16", "Float32" })
        {
            ToolProcess convert = ToolProcess.Ablation(s_folder, "convert", "--model", model, "--precision", precision, "--out", $"{precision}.zip", "--json");
            Assert.AreEqual(0, convert.ExitCode, convert.Error);
            Assert.AreEqual(precision, JsonDocument.Parse(convert.Output).RootElement.GetProperty("precision").GetString());
        }
        // There and back again is the same model; the one in between is another.
        ToolProcess back = ToolProcess.Ablation(s_folder, "convert", "--model", "BFloat16.zip", "--precision", "Float32", "--out", "back.zip");
        Assert.AreEqual(0, back.ExitCode, back.Error);
        Assert.AreEqual(Rows("Float32.zip"), Rows("back.zip"));
        Assert.AreNotEqual(Rows("Float32.zip"), Rows("BFloat16.zip"));

        string Rows(string file)
        {
            ToolProcess certify = ToolProcess.Ablation(s_folder, "certify", "--model", file, "--generated", "--rows", "4", "--out", "converted.csv");
            Assert.AreEqual(0, certify.ExitCode, certify.Error);
            return File.ReadAllText(Path.Combine(s_folder, "converted.csv"));
        }
    }

    [TestMethod]
    public void A_model_in_integers_is_made_from_images_and_its_exported_file_is_certified_alike()
    {
        string model = Path.Combine("ablation-demo", "model.zip");
        Succeed("convert", "--model", model, "--precision", "Float32", "--out", "float.zip", "-q");
        ToolProcess quantized = Succeed("quantize", "--model", "float.zip", "--generated", "--rows", "500", "--out", "int8.zip", "--json");
        JsonElement result = JsonDocument.Parse(quantized.Output).RootElement;
        Assert.AreEqual("Float32", result.GetProperty("from").GetString());
        Assert.AreEqual("Int8", result.GetProperty("precision").GetString());
        Succeed("export", "--model", "int8.zip", "--out", "int8.onnx", "-q");
        Succeed("certify", "--model", "int8.zip", "--generated", "--rows", "6", "--out", "model.csv", "-q");
        // With the pixels, plan and seed of the demo.
        ToolProcess certify = Succeed("certify", "--onnx", "int8.onnx", "--k", "150", "--votes", "500", "--selection-votes", "100", "--paper", "--generated", "--rows", "6", "--out", "file.csv", "--run",
            "onnx-run");
        Assert.DoesNotContain("does not say", certify.Error, "the file knows that it was trained on ablated images");
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "model.csv")), File.ReadAllText(Path.Combine(s_folder, "file.csv")));

        Assert.Contains("votes as the other model does, in Int8, without torch", Succeed("convert", "--model", "int8.zip", "--without-torch", "--out", "served.zip").Output);
        Succeed("certify", "--model", "served.zip", "--generated", "--rows", "6", "--out", "served.csv", "-q");
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "model.csv")), File.ReadAllText(Path.Combine(s_folder, "served.csv")));
        Assert.Contains("votes in Float32 without torch", Succeed("convert", "--model", "float.zip", "--without-torch", "--out", "served.zip").Output);

        Succeed("convert", "--model", "float.zip", "--mirror-scores", "--out", "mirrored.zip");
        Succeed("quantize", "--model", "mirrored.zip", "--generated", "--rows", "500", "--out", "mirrored8.zip");
        Succeed("certify", "--model", "mirrored8.zip", "--generated", "--rows", "2", "-q");
        Refused("The model votes in integers, whose ranges come from images", "convert", "--model", "int8.zip", "--mirror-scores", "--out", "no.zip");
        Refused("they are already", "convert", "--model", "mirrored.zip", "--mirror-scores", "--out", "no.zip");
        Succeed("convert", "--model", "float.zip", "--average-with", "float.zip", "float.zip", "--out", "mean.zip");
        Refused("average networks that all do, or none", "convert", "--model", "float.zip", "--average-with", "mirrored.zip", "--out", "no.zip");
        Refused("The model votes in integers, whose ranges come from images", "convert", "--model", "int8.zip", "--average-with", "float.zip", "--out", "no.zip");
        Refused("Give one of --precision with a number format, --without-torch, --mirror-scores and --average-with", "convert", "--model", model, "--out", "no.zip");
        Refused("--precision is Int8, whose ranges come from images; use 'ablation quantize'", "convert", "--model", model, "--precision", "Int8", "--out", "no.zip");
        Refused("holds another run: model is", "certify", "--onnx", "int8.onnx", "--k", "150", "--votes", "500", "--selection-votes", "100", "--paper", "--scores", "Logits", "--generated", "--rows", "7", "--run", "onnx-run");
        Refused("Give --model with a model file, or --onnx with an ONNX file and --k, and not both", "certify", "--generated");
        Refused("Give --model with a model file, or --onnx", "certify", "--model", model, "--onnx", "int8.onnx", "--generated");
        Refused("--onnx needs --k", "certify", "--onnx", "int8.onnx", "--generated");
        Refused("--means is for --onnx", "certify", "--model", model, "--means", "0.5", "--generated");
        Refused("has the dimensions [any, 2, 28, 28], but ablated images have 1 channels", "certify", "--onnx", "int8.onnx", "--k", "45", "--encoding", "Mean", "--generated");
        Refused("--precisions measures all number formats", "bench", "--precisions", "--precision", "Float32");
        Refused("use --precisions", "bench", "--precision", "Int8");

        ToolProcess Succeed(params string[] arguments)
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, arguments);
            Assert.AreEqual(0, process.ExitCode, process.Error);
            return process;
        }

        static void Refused(string message, params string[] arguments)
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, arguments);
            Assert.AreEqual(ExitCode.BadInput, process.ExitCode, process.Error);
            Assert.Contains(message, process.Error);
        }
    }

    [TestMethod]
    public void The_network_of_a_model_is_exported_whole_or_not_at_all()
    {
        ToolProcess export = ToolProcess.Ablation(s_folder, "export", "--model", Path.Combine("ablation-demo", "model.zip"), "--out", "model.onnx", "--json");
        Assert.AreEqual(0, export.ExitCode, export.Error);
        byte[] content = File.ReadAllBytes(Path.Combine(s_folder, "model.onnx"));
        Assert.AreEqual(content.Length, JsonDocument.Parse(export.Output).RootElement.GetProperty("bytes").GetInt32());
        string text = Encoding.Latin1.GetString(content);
        foreach (string part in new[] { "Microsoft.ML.Ablation", "Conv", "Gemm", "images", "scores", "retained", "Complement" })
            Assert.Contains(part, text);
        File.WriteAllText(Path.Combine(s_folder, "no-model.zip"), "nothing");
        ToolProcess refused = ToolProcess.Ablation(s_folder, "export", "--model", "no-model.zip", "--out", "refused.onnx");
        Assert.AreNotEqual(0, refused.ExitCode);
        Assert.IsFalse(File.Exists(Path.Combine(s_folder, "refused.onnx")));
    }

    [TestMethod]
    public void Bounds_gives_the_figures_of_the_papers_without_a_model()
    {
        ToolProcess bounds = ToolProcess.Ablation(s_folder, "bounds", "--d", "784", "--k", "45", "--counts", "6000,1600,1200,1200", "--json");
        Assert.AreEqual(0, bounds.ExitCode, bounds.Error);
        JsonElement result = JsonDocument.Parse(bounds.Output).RootElement;
        Assert.AreEqual(0.378, result.GetProperty("delta")[8].GetDouble(), 5e-4);
        Assert.AreEqual(1, result.GetProperty("certifiedRadius").GetProperty("Majority").GetInt32());
        Assert.AreEqual(4, result.GetProperty("certifiedRadius").GetProperty("Gap").GetInt32());

        ToolProcess compared = ToolProcess.Ablation(s_folder, "bounds", "--d", "150528", "--k", "1000", "--kappa", "0.1");
        Assert.AreEqual(0, compared.ExitCode, compared.Error);
        foreach (string figure in new[] { "0.59647", "50590.4" })
            StringAssert.Contains(compared.Output, figure);
    }

    [TestMethod]
    [DataRow("[suggest:13]", "ablation eval", "evaluate")]
    [DataRow("[suggest:22]", "ablation certify --rul", "--rule")]
    [DataRow("[suggest:27]", "ablation certify --rule Con", "Condorcet")]
    public void Shells_are_told_what_can_follow(string directive, string typed, string suggested)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, directive, typed);
        Assert.AreEqual(0, process.ExitCode, process.Error);
        CollectionAssert.Contains(process.Output.ReplaceLineEndings("\n").Split('\n'), suggested);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void A_stop_signal_leaves_nothing_behind()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "stopped")).FullName;
        ToolProcess training = ToolProcess.Interrupt(folder, "demo", "--generated");
        Assert.AreEqual(130, training.ExitCode, training.Error);
        StringAssert.Contains(training.Error, "ablation: stopped; no file was left incomplete");
        string model = Path.Combine(s_folder, "ablation-demo", "model.zip");
        ToolProcess certifying = ToolProcess.Interrupt(folder, "certify", "--model", model, "--generated", "--rows", "1000", "--out", "rows.csv");
        Assert.AreEqual(130, certifying.ExitCode, certifying.Error);
        Assert.IsEmpty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("nothing", new string[0])]
    [DataRow("k above d", new[] { "bounds", "--d", "10", "--k", "11" })]
    [DataRow("no numbers", new[] { "bounds", "--counts", "5,x" })]
    [DataRow("no such verb", new[] { "certifi" })]
    [DataRow("unknown option", new[] { "demo", "--rowz", "3" })]
    [DataRow("no model option", new[] { "certify", "--generated" })]
    [DataRow("missing model", new[] { "certify", "--model", "nowhere.zip", "--generated" })]
    [DataRow("foreign model", new[] { "certify", "--model", "foreign.zip", "--generated" })]
    [DataRow("truncated model", new[] { "certify", "--model", "cut.zip", "--generated" })]
    [DataRow("missing data", new[] { "demo", "--data", "nowhere" })]
    [DataRow("k too large", new[] { "demo", "--generated", "--k", "785", "--train-rows", "100" })]
    [DataRow("k zero", new[] { "demo", "--generated", "--k", "0" })]
    [DataRow("no rows", new[] { "certify", "--model", "ablation-demo/model.zip", "--generated", "--rows", "0" })]
    [DataRow("no epochs", new[] { "demo", "--generated", "--epochs", "0" })]
    [DataRow("contradiction", new[] { "demo", "--generated", "--data", "." })]
    [DataRow("useless option", new[] { "certify", "--model", "ablation-demo/model.zip", "--generated", "--tolerance", "1" })]
    [DataRow("unwritable output", new[] { "train", "--generated", "--out", "no/such/folder/model.zip" })]
    [DataRow("no votes", new[] { "certify", "--model", "ablation-demo/model.zip", "--generated", "--votes", "0" })]
    [DataRow("milestones without steps", new[] { "train", "--generated", "--schedule", "Cosine", "--milestones", "3" })]
    [DataRow("no such recipe", new[] { "train", "--generated", "--recipe", "9" })]
    [DataRow("no such schedule", new[] { "train", "--generated", "--schedule", "9" })]
    [DataRow("warm-up too long", new[] { "train", "--generated", "--train-rows", "100", "--epochs", "2", "--warm-up", "2" })]
    public void Bad_input_is_one_line_with_exit_code_2(string what, string[] arguments)
    {
        File.WriteAllText(Path.Combine(s_folder, "foreign.zip"), "This is no model.");
        byte[] model = File.ReadAllBytes(Path.Combine(s_folder, "ablation-demo", "model.zip"));
        File.WriteAllBytes(Path.Combine(s_folder, "cut.zip"), model[..(model.Length / 2)]);
        ToolProcess run = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(2, run.ExitCode, $"{what}: {run.Error}");
        string line = run.Error.TrimEnd().Split('\n')[^1];
        StringAssert.StartsWith(line, "ablation: ");
        Assert.DoesNotContain("   at ", run.Error);
        Assert.DoesNotContain("target of an invocation", run.Error);
        Assert.DoesNotContain("(Parameter", run.Error);
        Assert.AreEqual("", run.Output);
    }
}
