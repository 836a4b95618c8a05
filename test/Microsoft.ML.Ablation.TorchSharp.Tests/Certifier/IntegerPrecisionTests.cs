using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Networks of torch that vote in 8-bit integers.</summary>
[TestClass]
public sealed class IntegerPrecisionTests
{
    private const int Rows = 12;
    private static readonly MLContext Ml = new(seed: 1);
    private static ITransformer s_integers = null!;
    private static ITransformer s_float = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        IDataView train = CertifiedToys.Train(Ml);
        s_integers = CertifiedToys.Pipeline(Ml, ScoringPrecision.Int8).Fit(train);
        s_float = CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32).Fit(train);
    }

    [ClassCleanup]
    public static void Clean()
    {
        ((IDisposable)s_integers).Dispose();
        ((IDisposable)s_float).Dispose();
    }

    private static string[] Report(ITransformer model) => CertifiedToys.Text(Ml, model.Transform(CertifiedToys.Test(Ml, Rows)));

    private static int[][] Votes(ITransformer model) => CertifiedToys.Votes(model.Transform(CertifiedToys.Test(Ml, Rows)));

    private static ITransformer Loaded(ITransformer model)
    {
        using var stream = new MemoryStream();
        Ml.Model.Save(model, CertifiedToys.Test(Ml, 1).Schema, stream);
        stream.Position = 0;
        return Ml.Model.Load(stream, out DataViewSchema _);
    }

    [TestMethod]
    public void The_trainer_makes_integers_that_vote_nearly_as_float32_and_are_saved_and_loaded()
    {
        Assert.AreEqual(ScoringPrecision.Int8, CertifiedToys.Certifier(s_integers).Precision());
        int[][] expected = Votes(s_float), actual = Votes(s_integers);
        int different = expected.Zip(actual, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / 2).Sum();
        Assert.IsInRange(1, Rows * 400 / 50, different, "of 4,800 votes; none would prove nothing");
        string[] report = Report(s_integers);
        ITransformer loaded = Loaded(s_integers);
        using var owned = (IDisposable)loaded;
        Assert.AreEqual(ScoringPrecision.Int8, CertifiedToys.Certifier(loaded).Precision());
        CollectionAssert.AreEqual(report, Report(loaded));
        // Votes and the column Score are of one and the same classifier.
        ITransformer chain = CertifiedToys.Certifier(loaded).BaseModel;
        ITransformer keys = Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(CertifiedToys.Train(Ml));
        foreach (float[] scores in chain.Transform(keys.Transform(CertifiedToys.Test(Ml, 20))).GetColumn<float[]>("Score"))
            Assert.AreEqual(1, scores.Sum(), 1e-4f);
    }

    [TestMethod]
    public void Auto_is_integers_on_the_processor_and_scoring_after_disposal_says_so()
    {
        var model = CertifiedToys.Pipeline(Ml).Fit(CertifiedToys.Train(Ml, 100));
        Assert.AreEqual(ScoringPrecision.Int8, CertifiedToys.Certifier(model).Precision());
        ((IDisposable)model).Dispose();
        Exception e = Assert.Throws<Exception>(() => Report(model));
        Assert.IsTrue(e is ObjectDisposedException || e.InnerException is ObjectDisposedException, e.ToString());
    }

    [TestMethod]
    public void A_trained_model_becomes_integers_and_goes_back()
    {
        string[] before = Report(s_float);
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(s_float);
        // What precedes the certifier has to run first, as in Fit.
        ITransformer keys = ((IEnumerable<ITransformer>)s_float).First();
        IDataView rows = keys.Transform(CertifiedToys.Train(Ml));
        using SmoothedCertifierTransformer twin = certifier.WithPrecision(ScoringPrecision.Int8, rows), again = certifier.WithPrecision(ScoringPrecision.Int8, rows);
        Assert.AreEqual(ScoringPrecision.Int8, twin.Precision());
        string[] integers = Report(CertifierChain.With(s_float, twin));
        CollectionAssert.AreNotEqual(before, integers);
        CollectionAssert.AreEqual(integers, Report(CertifierChain.With(s_float, again)), "the same rows give the same integers");
        using SmoothedCertifierTransformer auto = certifier.WithPrecision(ScoringPrecision.Auto, rows);
        Assert.AreEqual(ScoringPrecision.Int8, auto.Precision(), "the fastest, since there are rows");
        using SmoothedCertifierTransformer back = twin.WithPrecision(ScoringPrecision.Float32);
        CollectionAssert.AreEqual(before, Report(CertifierChain.With(s_float, back)));
    }

    [TestMethod]
    public void A_certifier_without_torch_votes_as_its_model_in_integers_and_nearly_as_one_in_float32()
    {
        using SmoothedCertifierTransformer integers = CertifiedToys.Certifier(s_integers).WithoutTorch(), single = CertifiedToys.Certifier(s_float).WithoutTorch();
        Assert.IsNull(integers.Precision(), "there is no network of torch");
        ITransformer loaded = Loaded(CertifierChain.With(s_integers, integers));
        CollectionAssert.AreEqual(Report(s_integers), Report(loaded));
        BaseClassifier classifier = BaseClassifier.From(CertifiedToys.Certifier(loaded).BaseModel);
        Assert.AreEqual(OnnxPrecision.Int8, classifier.Rest.OfType<MulticlassPredictionTransformer<OnnxClassifierModelParameters>>().Single().Model.Precision);
        int different = Votes(s_float).Zip(Votes(CertifierChain.With(s_float, single)), (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / 2).Sum();
        Assert.IsLessThanOrEqualTo(3, different, "of 4,800 votes");
        Assert.Contains("cannot be exported", Assert.ThrowsExactly<InvalidOperationException>(() => integers.WithoutTorch()).Message);
    }

    /// <summary>The file is the integers themselves, so that a program without torch gives the same certificates.</summary>
    [TestMethod]
    public void Exported_integers_certify_without_torch_as_with_it()
    {
        string path = Path.Combine(Path.GetTempPath(), $"ablation-{Guid.NewGuid():n}.onnx");
        try
        {
            CertifiedToys.Certifier(s_integers).ExportOnnx(path);
            IDataView rows = CertifiedToys.Test(Ml, Rows);
            ITransformer other = Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(k: CertifiedToys.RetainedCount, seed: 3)
                    .Append(Ml.MulticlassClassification.Trainers.OnnxClassifier(path)), SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 400), Seed = 5 }))
                .Fit(CertifiedToys.Train(Ml));
            int[][] expected = Votes(s_integers), actual = CertifiedToys.Votes(other.Transform(rows));
            for (int row = 0; row < Rows; row++)
                CollectionAssert.AreEqual(expected[row], actual[row]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void What_cannot_be_computed_in_integers_is_refused_before_the_training()
    {
        IDataView rows = ((IEnumerable<ITransformer>)s_float).First().Transform(CertifiedToys.Train(Ml, 50));
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(s_float);
        Assert.Contains("rows is null", Assert.ThrowsExactly<ArgumentException>(() => certifier.WithPrecision(ScoringPrecision.Int8)).Message);
        Assert.Contains("only Int8 and Auto take ranges", Assert.ThrowsExactly<ArgumentException>(() => certifier.WithPrecision(ScoringPrecision.Float32, rows)).Message);
        Assert.Contains("There are no images", Assert.ThrowsExactly<InvalidOperationException>(() => certifier.WithPrecision(ScoringPrecision.Int8, Ml.Data.SkipRows(rows, 50))).Message);
        var options = new AblatedImageClassificationTrainer.Options { Epochs = 1, Network = ImageNetwork.PerMask, Precision = ScoringPrecision.Int8 };
        IEstimator<ITransformer> masked = Ml.Transforms.PartitionAblation(20).Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options));
        Assert.Contains("scores all masks in one pass", Assert.ThrowsExactly<InvalidOperationException>(() => masked.Fit(rows)).Message);
    }

    public static IEnumerable<object[]> Networks => Enum.GetValues<ImageNetwork>().Where(kind => kind is not (ImageNetwork.PerMask or ImageNetwork.Bands))
        .Where(kind => LongTests.AreWanted || kind is not (ImageNetwork.ResNet18 or ImageNetwork.ResNet50)).Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Every_network_has_integers_whose_scores_are_near(ImageNetwork kind)
    {
        TorchRuntime.EnsureLoaded();
        var shape = new NetworkShape(6, 32, 32, 5);
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
        using AblationNetwork network = architecture.Create(shape, architecture.FirstWeights(shape, seed: 3), CPU);
        var column = new ImageColumn("Features", shape.Channels, shape.Height, shape.Width, IsInterleaved: false);
        var random = new Random(5);
        float[][] images = [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, shape.Values).Select(_ => random.Next(8) == 0 ? random.NextSingle() : 0).ToArray())];
        OnnxClassifierModelParameters integers = OnnxTwin.Make(Ml, column, network, images.Select(image => image.ToArray()));
        var twin = new OnnxNetwork(integers.Content, column, new OnnxClassifierOptions { Scores = OnnxScores.Logits });
        using var batch = new OnnxBatch(twin, images.Length);
        for (int i = 0; i < images.Length; i++)
            twin.ToInput([.. images[i]]).Bytes.CopyTo(batch.Images[(i * shape.Values)..]);
        float[] actual = batch.Score(images.Length).ToArray();
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        float[] expected = TensorMemory.Read(network.Forward(TensorMemory.Copy<float>(images.SelectMany(image => image).ToArray(), [images.Length, 6, 32, 32], ScalarType.Float32, CPU)));
        // How far scores of one class are from one another is what a vote depends on.
        float spread = expected.Select((score, i) => (score, Label: i % shape.Classes)).GroupBy(pair => pair.Label, pair => pair.score).Max(own => own.Max() - own.Min());
        Assert.IsInRange(0, 0.2f * spread, expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max());
    }
}
