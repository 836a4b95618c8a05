using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

[TestClass]
public sealed class CertifiedPipelineTests
{
    private const int Rows = 12;
    private static readonly MLContext Ml = new(seed: 1);
    private static ITransformer s_model = null!;
    private static string[] s_report = [];

    private sealed class Image
    {
        [VectorType(1, 28, 28)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "0";
    }

    private sealed class Answer
    {
        public bool Abstained { get; set; }

        public int CertifiedRadius { get; set; }

        public double LowerBound { get; set; }

        public float[] Score { get; set; } = [];

        public int[] SelectionVotes { get; set; } = [];

        public int[] Votes { get; set; } = [];
    }

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_model = CertifiedToys.Pipeline(Ml).Fit(CertifiedToys.Train(Ml));
        s_report = CertifiedToys.Text(Ml, s_model.Transform(CertifiedToys.Test(Ml, Rows)));
    }

    [ClassCleanup]
    public static void Clean() => ((IDisposable)s_model).Dispose();

    [TestMethod]
    public void A_fresh_process_with_plain_ML_NET_gives_the_same_bits()
    {
        (int exitCode, string errors, string[] report) = FreshProcess.Transform(Ml, s_model, CertifiedToys.Test(Ml, Rows));
        Assert.AreEqual(0, exitCode, errors);
        CollectionAssert.AreEqual(s_report, report);
    }

    [TestMethod]
    public void Two_loads_of_one_model_work_side_by_side()
    {
        using var stream = new MemoryStream();
        Ml.Model.Save(s_model, CertifiedToys.Test(Ml, 1).Schema, stream);
        ITransformer first = Ml.Model.Load(stream, out _);
        stream.Position = 0;
        ITransformer second = new MLContext().Model.Load(stream, out _);
        ((IDisposable)first).Dispose();
        CollectionAssert.AreEqual(s_report, CertifiedToys.Text(Ml, second.Transform(CertifiedToys.Test(Ml, Rows))));
        ((IDisposable)second).Dispose();
    }

    [TestMethod]
    public void Shuffled_rows_and_single_predictions_have_the_same_votes()
    {
        Image[] images = ImagesOf(CertifiedToys.Test(Ml, Rows));
        int[][] votes = CertifiedToys.Votes(s_model.Transform(Ml.Data.LoadFromEnumerable(images)));
        int[] order = [7, 3, 11, 0, 5, 9, 1, 10, 2, 6, 8, 4];
        int[][] shuffled = CertifiedToys.Votes(s_model.Transform(Ml.Data.LoadFromEnumerable(order.Select(i => images[i]).ToArray())));
        using var engine = Ml.Model.CreatePredictionEngine<Image, Answer>(s_model, new PredictionEngineOptions { OwnsTransformer = false });
        double[] bounds = [.. s_model.Transform(Ml.Data.LoadFromEnumerable(images)).GetColumn<double>("LowerBound")];
        for (int i = 0; i < order.Length; i++)
        {
            CollectionAssert.AreEqual(votes[order[i]], shuffled[i]);
            Answer answer = engine.Predict(images[order[i]]);
            CollectionAssert.AreEqual(votes[order[i]], answer.Votes);
            Assert.AreEqual(bounds[order[i]], answer.LowerBound);
        }
    }

    [TestMethod]
    public void Votes_counted_in_pieces_that_can_be_cancelled_are_the_same_and_so_is_the_explained_row()
    {
        IDataView test = CertifiedToys.Test(Ml, Rows);
        CollectionAssert.AreEqual(s_report, CertifiedToys.Text(Ml, Ml.Data.Certify(s_model, test)));
        CertificateExplanation explained = Ml.Data.Explain(s_model, test, ablations: 200);
        CollectionAssert.AreEqual(CertifiedToys.Votes(s_model.Transform(test))[0], explained.Classes.Select(votes => votes.Votes).ToArray());
        Assert.HasCount(explained.Positions.Count, explained.Positions.Select(position => explained.PixelOf(position.Position)).Distinct().ToArray());
        UncertifiedAnswer answer = Ml.Data.AnswerUncertified(s_model, test).First();
        Assert.AreEqual(100, answer.AblationCount);
        Assert.IsGreaterThanOrEqualTo(0.1, answer.Share, "the first of ten classes");
    }

    [TestMethod]
    public void It_learns_and_ML_NET_s_own_evaluation_agrees()
    {
        IDataView report = Ml.Data.Certify(s_model, CertifiedToys.Test(Ml, LongTests.AreWanted ? 60 : 25));
        CertifiedMetrics certified = Ml.MulticlassClassification.EvaluateCertified(report);
        MulticlassClassificationMetrics plain = Ml.MulticlassClassification.Evaluate(report);
        Assert.IsGreaterThan(0.3, plain.MicroAccuracy, "ten classes, so guessing gives 0.1");
        Assert.IsLessThanOrEqualTo(plain.MicroAccuracy, certified.ClassificationAccuracy);
        Assert.AreEqual(10, plain.PerClassLogLoss.Count);
    }

    [TestMethod]
    public void Condorcet_s_certificates_are_the_same_after_loading_and_reach_further_than_Majority_s()
    {
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(s_model);
        var condorcet = certifier.WithOptions(certifier.Options with { Rule = CertificationRule.Condorcet });
        IDataView test = CertifiedToys.Test(Ml, LongTests.AreWanted ? 40 : 10);
        int[] majority = [.. certifier.Transform(test).GetColumn<int>("CertifiedRadius")];
        int[] radii = [.. condorcet.Transform(test).GetColumn<int>("CertifiedRadius")];
        for (int i = 0; i < radii.Length; i++)
            Assert.IsGreaterThanOrEqualTo(majority[i], radii[i]);
        Assert.IsGreaterThan(majority.Sum(), radii.Sum());
        bool[] abstained = [.. condorcet.Transform(test).GetColumn<bool>("Abstained")];
        CollectionAssert.AreEqual(radii.Select(radius => radius < 0).ToArray(), abstained);

        using var stream = new MemoryStream();
        Ml.Model.Save(condorcet, test.Schema, stream);
        ITransformer loaded = Ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(CertifiedToys.Text(Ml, condorcet.Transform(test)), CertifiedToys.Text(Ml, loaded.Transform(test)));
        ((IDisposable)loaded).Dispose();
    }

    [TestMethod]
    public void An_adaptive_plan_draws_fewer_votes_and_the_very_same_ones()
    {
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(s_model);
        var adaptive = certifier.WithOptions(certifier.Options with { Plan = SamplingPlan.Adaptive(100, 100, 3_000, radiusTolerance: 1) });
        IDataView test = CertifiedToys.Test(Ml, LongTests.AreWanted ? 30 : 8);
        IDataView report = Ml.Data.Cache(adaptive.Transform(test));
        int[] spent = [.. report.GetColumn<int>("SampleCount")];
        Assert.IsLessThan(0.8 * 3_100, spent.Average());
        Assert.IsGreaterThan(1, spent.Distinct().Count());
        int[][] votes = CertifiedToys.Votes(report);
        Image[] images = ImagesOf(test);
        for (int i = 0; i < votes.Length; i++)
        {
            var same = certifier.WithOptions(certifier.Options with { Plan = SamplingPlan.Fixed(100, spent[i] - 100) });
            CollectionAssert.AreEqual(CertifiedToys.Votes(same.Transform(Ml.Data.LoadFromEnumerable([images[i]]))).Single(), votes[i]);
        }
    }

    [TestMethod]
    public void A_memory_limit_is_kept_and_changes_no_vote_where_batches_stay_as_they_are()
    {
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(s_model);
        IDataView test = CertifiedToys.Test(Ml, 3);
        // One batch of 125 takes 10 MB in float32, so that there is one stream.
        var limited = certifier.WithOptions(certifier.Options with { MemoryLimitInMegabytes = 10 });
        int[][] expected = CertifiedToys.Votes(certifier.Transform(test));
        int[][] votes = CertifiedToys.Votes(limited.Transform(test));
        for (int i = 0; i < votes.Length; i++)
            CollectionAssert.AreEqual(expected[i], votes[i]);
        using var stream = new MemoryStream();
        Ml.Model.Save(limited, test.Schema, stream);
        using var loaded = (SmoothedCertifierTransformer)Ml.Model.Load(stream, out _);
        Assert.AreEqual(10, loaded.Options.MemoryLimitInMegabytes);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => certifier.WithOptions(certifier.Options with { MemoryLimitInMegabytes = 0 }));
    }

    [TestMethod]
    public void Every_encoding_that_a_network_can_read_trains_and_certifies()
    {
        foreach (AblationEncoding encoding in new[] { AblationEncoding.Complement, AblationEncoding.Mean })
        {
            ITransformer model = CertifiedToys.Pipeline(Ml, encoding: encoding).Fit(CertifiedToys.Train(Ml, 100));
            Assert.AreEqual(3, model.Transform(CertifiedToys.Test(Ml, 3)).GetColumn<int>("CertifiedRadius").Count());
            ((IDisposable)model).Dispose();
        }
    }

    [TestMethod]
    [DataRow(ImageNetwork.Convolutional)]
    [DataRow(ImageNetwork.NormalizedConvolutional)]
    [DataRow(ImageNetwork.FullyConnected)]
    [DataRow(ImageNetwork.CompactResidual)]
    [DataRow(ImageNetwork.SparseResidual)]
    [DataRow(ImageNetwork.ResNet18)]
    [DataRow(ImageNetwork.ResNet50)]
    public void Every_network_trains_saves_loads_and_votes_the_same(ImageNetwork network)
    {
        if (network == ImageNetwork.ResNet50)
            LongTests.Require("ResNet-50 trains and votes");
        var trainer = Ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
        {
            Network = network,
            Epochs = 1,
            BatchSize = 10,
            ValidationFraction = 0,
            Seed = 3,
        });
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, 60), Seed = 1 };
        IDataView train = CertifiedToys.Train(Ml, 20), test = CertifiedToys.Test(Ml, 2);
        using TransformerChain<SmoothedCertifierTransformer> model = Ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(k: 150, seed: 2).Append(trainer), options)).Fit(train);
        using var stream = new MemoryStream();
        Ml.Model.Save(model, train.Schema, stream);
        ITransformer loaded = Ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(CertifiedToys.Text(Ml, model.Transform(test)), CertifiedToys.Text(Ml, loaded.Transform(test)));
        ((IDisposable)loaded).Dispose();
    }

    [TestMethod]
    public void Thousands_of_predictions_leave_tensors_and_memory_flat()
    {
        var trainer = Ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1));
        var ablation = new RandomAblationOptions { RetainedCount = 12, Encoding = AblationEncoding.Mean };
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(10, 40), Seed = 1 };
        ToyImages.Planar[] images = ToyImages.Make(50);
        IDataView data = ToyImages.ToView(Ml, images);
        SmoothedCertifierTransformer model = Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(ablation).Append(trainer), options).Fit(data);
        using var engine = Ml.Model.CreatePredictionEngine<ToyImages.Planar, Answer>(model);
        var answer = new Answer();
        long tensors = 0, memory = 0;
        int predictions = LongTests.AreWanted ? 10_000 : 2_000;
        for (int i = 0; i < predictions; i++)
        {
            if (i == predictions / 4)
            {
                tensors = Tensor.TotalCount;
                memory = WorkingSet();
            }
            engine.Predict(images[i % images.Length], ref answer);
        }
        Assert.AreEqual(tensors, Tensor.TotalCount);
        Assert.IsLessThan(50L << 20, WorkingSet() - memory);
    }

    [TestMethod]
    public void Many_images_of_the_size_of_mnist_leave_memory_flat()
    {
        var plan = CertifiedToys.Certifier(s_model);
        var model = plan.WithOptions(plan.Options with { Plan = SamplingPlan.Fixed(125, 125) });
        using DataViewRowCursor cursor = CertifiedCursor(model.Transform(CertifiedToys.Test(Ml, LongTests.AreWanted ? 1_000 : 200)), out ValueGetter<int> getRadius);
        int radius = 0;
        long afterTen = 0, most = 0;
        while (cursor.MoveNext())
        {
            getRadius(ref radius);
            if (cursor.Position == 9)
                afterTen = WorkingSet();
            else if (cursor.Position % 100 == 99)
                most = Math.Max(most, WorkingSet());
        }
        Assert.IsLessThan(50L << 20, most - afterTen);
    }

    private static Image[] ImagesOf(IDataView view) => [.. view.GetColumn<float[]>("Features").Select(pixels => new Image { Features = pixels })];

    private static DataViewRowCursor CertifiedCursor(IDataView report, out ValueGetter<int> getRadius)
    {
        DataViewRowCursor cursor = report.GetRowCursor([report.Schema["CertifiedRadius"]]);
        getRadius = cursor.GetGetter<int>(report.Schema["CertifiedRadius"]);
        return cursor;
    }

    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    [TestMethod]
    public void A_row_of_another_shape_is_refused()
    {
        IDataView wide = Ml.Data.LoadFromEnumerable(new[] { new Wide { Features = new float[2 * 28 * 28] } });
        Assert.Throws<ArgumentException>(() => s_model.Transform(wide).GetColumn<int>("CertifiedRadius").ToArray());
        IDataView tall = Ml.Data.LoadFromEnumerable(new[] { new Tall { Features = new float[28 * 28] } });
        Assert.Throws<ArgumentException>(() => s_model.Transform(tall).GetColumn<int>("CertifiedRadius").ToArray());
    }

    private sealed class Wide
    {
        [VectorType(1, 28, 56)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "0";
    }

    private sealed class Tall
    {
        [VectorType(1, 56, 14)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "0";
    }
}
