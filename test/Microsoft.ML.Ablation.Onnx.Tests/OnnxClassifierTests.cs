using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>A file in a certified pipeline, and what is refused.</summary>
[TestClass]
public sealed class OnnxClassifierTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static ToyClassifier s_digits = null!;
    private string _path = "";

    [ClassInitialize]
    public static void Learn(TestContext _)
    {
        IDataView train = Ml.Data.LoadGeneratedDigits(1_000, seed: 1);
        s_digits = ToyClassifier.OfDigits([.. train.GetColumn<float[]>("Features")], [.. train.GetColumn<string>("Label").Select(int.Parse)]);
    }

    [TestInitialize]
    public void Begin() => _path = Path.Combine(Path.GetTempPath(), $"ablation-{Guid.NewGuid():n}.onnx");

    [TestCleanup]
    public void End() => File.Delete(_path);

    private IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> ablation, SmoothedCertifierOptions options, OnnxPrecision precision = OnnxPrecision.AsStored, float deviation = 1)
        => Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Ml.Transforms.SmoothedCertifier(ablation.Append(Ml.MulticlassClassification.Trainers.OnnxClassifier(_path, new OnnxClassifierOptions
            {
                Precision = precision,
                Deviations = [deviation],
            })), options));

    private static string[] Report(IDataView report) => [.. report.GetColumn<uint>("PredictedLabel").Zip(report.GetColumn<int>("CertifiedRadius"), (answer, radius) => $"{answer} {radius}")];

    [TestMethod]
    [DataRow("N", OnnxLayout.ChannelsFirst)]
    [DataRow(3, OnnxLayout.ChannelsLast)]
    public void A_file_is_certified_and_the_model_holds_it(object batch, OnnxLayout layout)
    {
        File.WriteAllBytes(_path, s_digits.ToFile(batch, layout, "Softmax"));
        IDataView rows = Ml.Data.LoadGeneratedDigits(40, seed: 2);
        ITransformer model = Pipeline(Ml.Transforms.RandomAblation(k: 200), SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 1_000), Seed = 3 }).Fit(rows);
        IDataView report = model.Transform(rows);
        CertifiedMetrics metrics = Ml.MulticlassClassification.EvaluateCertified(report);
        Assert.IsGreaterThan(0.8, metrics.ClassificationAccuracy);
        Assert.IsGreaterThanOrEqualTo(1, metrics.MedianCertifiedRadius ?? -1);
        string[] expected = Report(report);
        using var file = new MemoryStream();
        Ml.Model.Save(model, rows.Schema, file);
        File.Delete(_path);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        CollectionAssert.AreEqual(expected, Report(loaded.Transform(rows)));
        Assert.IsFalse(AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "TorchSharp"), "no torch");
    }

    [TestMethod]
    public void It_is_certified_on_fixed_masks_and_its_column_Score_has_probabilities()
    {
        File.WriteAllBytes(_path, s_digits.ToFile("N"));
        IDataView rows = Ml.Data.LoadGeneratedDigits(40, seed: 2);
        ITransformer model = Pipeline(Ml.Transforms.PartitionAblation(20, labelColumnName: null), SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet }).Fit(rows);
        CertifiedMetrics metrics = Ml.MulticlassClassification.EvaluateCertified(model.Transform(rows));
        Assert.IsGreaterThan(0.8, metrics.ClassificationAccuracy);
        Assert.IsGreaterThanOrEqualTo(2, metrics.MedianCertifiedRadius ?? -1);
        ITransformer chain = Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Ml.Transforms.RandomAblation(k: 700)).Append(Ml.MulticlassClassification.Trainers.OnnxClassifier(_path)).Fit(rows);
        IDataView scored = chain.Transform(rows);
        foreach (float[] probabilities in scored.GetColumn<float[]>("Score"))
            Assert.AreEqual(1, probabilities.Sum(), 1e-4f);
        Assert.IsGreaterThan(0.8, Ml.MulticlassClassification.Evaluate(scored).MicroAccuracy);
    }

    [TestMethod]
    public void A_file_in_integers_is_certified_as_well_and_the_model_says_so()
    {
        File.WriteAllBytes(_path, s_digits.ToFile("N"));
        IDataView rows = Ml.Data.LoadGeneratedDigits(40, seed: 2);
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 1_000), Seed = 3 };
        CertifiedMetrics plain = Ml.MulticlassClassification.EvaluateCertified(Pipeline(Ml.Transforms.RandomAblation(k: 200), options).Fit(rows).Transform(rows));
        ITransformer model = Pipeline(Ml.Transforms.RandomAblation(k: 200), options, OnnxPrecision.Int8).Fit(rows);
        string[] expected = Report(model.Transform(rows));
        CertifiedMetrics metrics = Ml.MulticlassClassification.EvaluateCertified(model.Transform(rows));
        Assert.AreEqual(plain.ClassificationAccuracy, metrics.ClassificationAccuracy, 0.05);
        Assert.AreEqual((double)plain.MedianCertifiedRadius!, (double)metrics.MedianCertifiedRadius!, 1);
        using var file = new MemoryStream();
        Ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        CollectionAssert.AreEqual(expected, Report(loaded.Transform(rows)));
        SmoothedCertifierTransformer certifier = ((IEnumerable<ITransformer>)loaded).OfType<SmoothedCertifierTransformer>().Single();
        OnnxClassifierModelParameters network = ((IEnumerable<ITransformer>)certifier.BaseModel).OfType<MulticlassPredictionTransformer<OnnxClassifierModelParameters>>().Single().Model;
        Assert.AreEqual(OnnxPrecision.Int8, network.Precision);
        File.WriteAllBytes(_path, network.Content);
        foreach (OnnxPrecision precision in Enum.GetValues<OnnxPrecision>())
            CollectionAssert.AreEqual(expected, Report(Pipeline(Ml.Transforms.RandomAblation(k: 200), options, precision).Fit(rows).Transform(rows)), "integers stay as they are");
    }

    [TestMethod]
    public void A_file_that_takes_bytes_gets_them()
    {
        OnnxGraph file = new OnnxGraph().Input("images", ["N", 28, 28, 2], OnnxGraph.Byte).Output("scores", "N", 10);
        string values = file.Node("Cast", ["images"], [OnnxGraph.One("to", OnnxGraph.Float)]);
        s_digits.AddTo(file, values, OnnxLayout.ChannelsLast, "scores");
        File.WriteAllBytes(_path, file.ToArray());
        IDataView rows = Ml.Data.LoadGeneratedDigits(40, seed: 2);
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 1_000), Seed = 3 };
        string[] actual = Report(Pipeline(Ml.Transforms.RandomAblation(k: 200), options, deviation: 1 / 255f).Fit(rows).Transform(rows));
        File.WriteAllBytes(_path, s_digits.ToFile("N"));
        // Pixels are multiples of 1/255, and scores of the one are 255 times those of the other.
        CollectionAssert.AreEqual(Report(Pipeline(Ml.Transforms.RandomAblation(k: 200), options).Fit(rows).Transform(rows)), actual);
    }

    [TestMethod]
    public void A_provider_that_is_not_there_is_named_or_the_processor_computes_with_a_warning()
    {
        File.WriteAllBytes(_path, s_digits.ToFile("N"));
        var options = new OnnxClassifierOptions { Provider = OnnxProvider.DirectML };
        var warnings = new List<string>();
        string refusal = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(fallback: false)).Message;
        Assert.Contains("Provider is DirectML, but this ONNX Runtime has only ", refusal);
        Assert.Contains("Microsoft.ML.OnnxRuntime.DirectML", refusal);
        Assert.IsEmpty(warnings);
        Assert.HasCount(20, Fit(fallback: true).Transform(Ml.Data.LoadGeneratedDigits(20, seed: 2)).GetColumn<float[]>("Score"));
        Assert.Contains("The processor computes instead", string.Join('|', warnings));
        Assert.Contains("does not say that it was trained on ablated images", string.Join('|', warnings));

        ITransformer Fit(bool fallback)
        {
            var ml = new MLContext(seed: 1) { FallbackToCpu = fallback };
            ml.Log += (_, message) =>
            {
                if (message.Kind == ChannelMessageKind.Warning)
                    warnings.Add(message.RawMessage);
            };
            return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                .Append(ml.Transforms.RandomAblation(k: 300)).Append(ml.MulticlassClassification.Trainers.OnnxClassifier(_path, options)).Fit(ml.Data.LoadGeneratedDigits(20, seed: 2));
        }
    }

    [TestMethod]
    public void Other_files_are_refused_with_what_was_found_and_what_to_do()
    {
        byte[] good = s_digits.ToFile("N");
        Refused<FileNotFoundException>("does not exist", null);
        Refused<InvalidDataException>("has 0 bytes", []);
        Refused<InvalidDataException>("is no ONNX file", "not an ONNX file"u8.ToArray());
        Refused<InvalidDataException>("is no ONNX file", good[..(good.Length / 2)]);
        Refused<InvalidDataException>("has 2 inputs (images, mask)", TwoInputs());
        Refused<InvalidOperationException>("has the dimensions [any, 3, 28, 28], but ablated images have 2 channels and 28 × 28 pixels: [any, 2, 28, 28] is expected",
            ToyClassifier.Random(3, 28, 28, 10, seed: 1).ToFile("N"));
        Refused<InvalidOperationException>("[any, 2, 32, 32]", ToyClassifier.Random(2, 32, 32, 10, seed: 1).ToFile("N"));
        Refused<InvalidOperationException>("scores 7 classes, but the label column 'Label' has 10", ToyClassifier.Random(2, 28, 28, 7, seed: 1).ToFile("N"));
        Refused<InvalidDataException>("fixes a batch of 400,000 images", s_digits.ToFile(400_000));
        Refused<InvalidDataException>("takes a tensor of Float or UInt8", OneNode("Cast", OnnxGraph.Int64, [OnnxGraph.One("to", OnnxGraph.Float)]));
        Refused<InvalidDataException>("is no ONNX file", OneNode("NoSuchOperator"));
        Refused<InvalidDataException>("has no output with a score of Float", OneNode("Relu"));
        Refused<InvalidDataException>("no finite numbers", new ToyClassifier(2, 28, 28, 10, (_, _, _) => float.NaN).ToFile("N"));

        static byte[] TwoInputs()
        {
            OnnxGraph file = new OnnxGraph().Input("images", ["N", 2, 28, 28]).Input("mask", ["N", 2, 28, 28]).Output("scores", "N", 2, 28, 28);
            file.Node("Add", ["images", "mask"], output: "scores");
            return file.ToArray();
        }

        static byte[] OneNode(string type, int input = OnnxGraph.Float, (string, long[], bool)[]? attributes = null)
        {
            OnnxGraph file = new OnnxGraph().Input("images", ["N", 2, 28, 28], input).Output("scores", "N", 2, 28, 28);
            file.Node(type, ["images"], attributes, "scores");
            return file.ToArray();
        }

        void Refused<T>(string message, byte[]? content) where T : Exception
        {
            if (content is not null)
                File.WriteAllBytes(_path, content);
            IDataView rows = Ml.Data.LoadGeneratedDigits(20, seed: 2);
            Assert.Contains(message, Assert.ThrowsExactly<T>(() => Pipeline(Ml.Transforms.RandomAblation(k: 100), SmoothedCertifierOptions.Paper).Fit(rows)).Message);
        }
    }

    [TestMethod]
    public void Options_are_checked()
    {
        Refused("Means is [NaN]", options => options.Means = [float.NaN]);
        Refused("Deviations is [1, 0]", options => options.Deviations = [1, 0]);
        Refused("Layout is 9", options => options.Layout = (OnnxLayout)9);
        Refused("Scores is 9", options => options.Scores = (OnnxScores)9);
        Refused("Provider is 9", options => options.Provider = (OnnxProvider)9);
        Refused("Precision is 9", options => options.Precision = (OnnxPrecision)9);
        Refused("OutputName is empty", options => options.OutputName = "");

        void Refused(string message, Action<OnnxClassifierOptions> change)
        {
            var options = new OnnxClassifierOptions();
            change(options);
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Trainers.OnnxClassifier(_path, options)).Message);
        }
    }
}
