using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

[TestClass]
[DoNotParallelize]
public sealed class PrecisionTests
{
    private const int Rows = 8;
    private static readonly MLContext Ml = new(seed: 1);
    private static ITransformer s_model = null!;
    private static ITransformer s_twin = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        IDataView train = CertifiedToys.Train(Ml, 300);
        s_model = CertifiedToys.Pipeline(Ml, ScoringPrecision.BFloat16).Fit(train);
        s_twin = CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32).Fit(train);
    }

    [ClassCleanup]
    public static void Clean()
    {
        ((IDisposable)s_model).Dispose();
        ((IDisposable)s_twin).Dispose();
    }

    private static string[] Report(ITransformer model) => CertifiedToys.Text(Ml, model.Transform(CertifiedToys.Test(Ml, Rows)));

    private static ITransformer WithPrecision(ITransformer model, ScoringPrecision precision)
        => CertifierChain.With(model, CertifiedToys.Certifier(model).WithPrecision(precision));

    /// <summary>What the log says of precision when rows of a loaded model are voted on.</summary>
    private static string[] Warnings(MemoryStream saved, bool bfloat16)
    {
        using var machine = new PlayedMachine(bfloat16);
        var warnings = new List<string>();
        var ml = new MLContext();
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning && message.RawMessage.Contains("precision", StringComparison.Ordinal))
                warnings.Add(message.RawMessage);
        };
        saved.Position = 0;
        ITransformer model = ml.Model.Load(saved, out _);
        using var owned = (IDisposable)model;
        Assert.IsEmpty(warnings, "nobody has asked for votes yet");
        IDataView report = model.Transform(CertifiedToys.Test(ml, 2));
        Assert.AreEqual(2, report.GetColumn<int>("CertifiedRadius").Count());
        Assert.AreEqual(2, report.GetColumn<int>("CertifiedRadius").Count());
        return [.. warnings];
    }

    private static MemoryStream Save(ITransformer model)
    {
        var stream = new MemoryStream();
        Ml.Model.Save(model, CertifiedToys.Test(Ml, 1).Schema, stream);
        return stream;
    }

    [TestMethod]
    public void The_twin_votes_as_a_model_trained_in_that_precision_also_after_saving_and_loading()
    {
        Assert.AreEqual(ScoringPrecision.BFloat16, CertifiedToys.Certifier(s_model).Precision());
        string[] expected = Report(s_twin), before = Report(s_model);
        CollectionAssert.AreNotEqual(expected, before, "equal votes would prove nothing");
        long tensors = Tensor.TotalCount;
        ITransformer twin = WithPrecision(s_model, ScoringPrecision.Float32);
        Assert.AreEqual(ScoringPrecision.Float32, CertifiedToys.Certifier(twin).Precision());
        CollectionAssert.AreEqual(expected, Report(twin));
        ITransformer loaded = Ml.Model.Load(Save(twin), out _);
        CollectionAssert.AreEqual(expected, Report(loaded));
        CollectionAssert.AreEqual(before, Report(WithPrecisionOf(loaded)), "and back");
        ((IDisposable)twin).Dispose();
        ((IDisposable)loaded).Dispose();
        CollectionAssert.AreEqual(before, Report(s_model), "the model itself stays as it is, whoever disposes its twin");
        Assert.AreEqual(tensors, Tensor.TotalCount);

        ITransformer WithPrecisionOf(ITransformer model)
        {
            ITransformer back = WithPrecision(model, ScoringPrecision.BFloat16);
            ((IDisposable)model).Dispose();
            return loaded = back;
        }
    }

    [TestMethod]
    public void Auto_is_the_machine_s_fastest()
    {
        foreach (bool bfloat16 in new[] { true, false })
        {
            using var machine = new PlayedMachine(bfloat16);
            using SmoothedCertifierTransformer twin = CertifiedToys.Certifier(s_model).WithPrecision(ScoringPrecision.Auto);
            Assert.AreEqual(bfloat16 ? ScoringPrecision.BFloat16 : ScoringPrecision.Float32, twin.Precision());
        }
    }

    [TestMethod]
    public void A_precision_that_the_processor_has_no_instructions_for_is_named_once_when_votes_begin_with_what_to_do()
    {
        using MemoryStream model = Save(s_model), twin = Save(s_twin);
        string[] warnings = Warnings(model, bfloat16: false);
        Assert.HasCount(1, warnings);
        StringAssert.Contains(warnings[0], "The model's precision is BFloat16, for which this processor has no instructions");
        StringAssert.Contains(warnings[0], "WithPrecision(ScoringPrecision.Float32)");
        Assert.IsEmpty(Warnings(model, bfloat16: true));
        Assert.IsEmpty(Warnings(twin, bfloat16: false));
    }

    [TestMethod]
    public void What_has_no_precision_is_refused()
    {
        using SmoothedCertifierTransformer twin = CertifiedToys.Certifier(s_model).WithPrecision(ScoringPrecision.Float32);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => twin.WithPrecision((ScoringPrecision)9));
        var table = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row { Label = i % 2 == 0, Features = [i % 2, i % 3, 1] }));
        using SmoothedCertifierTransformer trees = Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(k: 2, encoding: AblationEncoding.Presence)
            .Append(Ml.BinaryClassification.Trainers.SdcaLogisticRegression())).Fit(table);
        Assert.IsNull(trees.Precision());
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => trees.WithPrecision(ScoringPrecision.Float32));
        StringAssert.Contains(refused.Message, "no network trained by AblatedImageClassification");
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }
}
