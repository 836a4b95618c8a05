using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Networks on fixed masks: their scores, their training and what they certify.</summary>
[TestClass]
public sealed class FixedMaskNetworkTests
{
    private const int Masks = 21;
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    public void A_network_for_each_mask_certifies_digits_far_beyond_chance()
    {
        using var model = (IDisposable)Pipeline(PerMask(epochs: 6)).Fit(CertifiedToys.Train(Ml));
        CertifiedMetrics metrics = Ml.MulticlassClassification.EvaluateCertified(((ITransformer)model).Transform(CertifiedToys.Test(Ml, 300)));
        Assert.IsGreaterThan(0.8, metrics.ClassificationAccuracy);
        Assert.IsGreaterThanOrEqualTo(3, metrics.MedianCertifiedRadius ?? -1);
    }

    /// <summary>The fast way, all masks of a row at once, against each ablation as an image through the model's own mapper.</summary>
    [TestMethod]
    [DataRow(ImageNetwork.PerMask, AblationEncoding.Complement)]
    [DataRow(ImageNetwork.NormalizedConvolutional, AblationEncoding.Complement)]
    [DataRow(ImageNetwork.FullyConnected, AblationEncoding.Mean)]
    public void Scores_of_masks_are_those_of_their_images(ImageNetwork network, AblationEncoding encoding)
    {
        AblatedImageClassificationTrainer.Options options = PerMask(epochs: 1);
        // In float32, because batches of other sizes may round otherwise in bfloat16.
        (options.Network, options.MasksPerImage, options.Precision) = (network, network == ImageNetwork.PerMask ? 0 : 4, ScoringPrecision.Float32);
        using var model = (IDisposable)Pipeline(options, encoding).Fit(CertifiedToys.Train(Ml, 200));
        ITransformer[] parts = [.. CertifierChain.Parts(CertifiedToys.Certifier((ITransformer)model).BaseModel)];
        var ablation = (MaskAblationTransformer)parts[0];
        IDataView rows = CertifiedToys.Test(Ml, 3);
        float[][] expected = [.. parts[1].Transform(ablation.Transform(Ml.Data.RepeatRows(rows, Masks))).GetColumn<float[]>("Score")];
        float[][] shown = [.. ablation.Transform(Ml.Data.RepeatRows(rows, Masks)).GetColumn<float[]>("Features")];
        AblationEncoder encoder = ablation.MakeEncoder(rows.Schema);
        using IMaskScoreSource source = ((IMaskClassifier)((ISingleFeaturePredictionTransformer<object>)parts[1]).Model).CreateScoreSource(encoder, ablation.Family, memoryLimit: null);
        float[][] images = [.. rows.GetColumn<float[]>("Features")];
        var encoded = new float[encoder.EncodedValues];
        var image = new float[encoder.EncodedValues];
        int compared = 0;
        for (int row = 0; row < images.Length; row++)
        {
            float[] scores = source.Score(images[row]);
            encoder.EncodeAll(images[row], encoded);
            for (int mask = 0; mask < Masks; mask++)
            {
                encoder.Ablate(encoded, ablation.Family.Retained(mask), image);
                int copy = Array.FindIndex(shown, values => values.AsSpan().SequenceEqual(image));
                for (int i = 0; i < 10; i++)
                    Assert.AreEqual(expected[copy][i], scores[mask * 10 + i], 2e-3f);
                compared++;
            }
        }
        Assert.AreEqual(3 * Masks, compared);
    }

    [TestMethod]
    public void Certificates_are_the_same_after_loading_in_any_order_alone_and_in_any_number_of_threads()
    {
        ITransformer model = Pipeline(PerMask(epochs: 2)).Fit(CertifiedToys.Train(Ml, 500));
        using var owned = (IDisposable)model;
        IDataView rows = CertifiedToys.Test(Ml, 60);
        string[] report = Report(model.Transform(rows));
        using var file = new MemoryStream();
        Ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        using var also = (IDisposable)loaded;
        CollectionAssert.AreEqual(report, Report(loaded.Transform(rows)));
        CollectionAssert.AreEqual(report[30..], Report(loaded.Transform(Ml.Data.SkipRows(rows, 30))));
        using PredictionEngine<Digit, Answer> engine = Ml.Model.CreatePredictionEngine<Digit, Answer>(loaded, rows.Schema);
        Digit[] digits = [.. Ml.Data.CreateEnumerable<Digit>(rows, reuseRowObject: false)];
        CollectionAssert.AreEqual(report, digits.Select(digit => engine.Predict(digit)).Select(answer => $"{answer.PredictedLabel} {answer.CertifiedRadius}").ToArray());

        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(loaded);
        var model1 = (IMaskClassifier)((ISingleFeaturePredictionTransformer<object>)CertifierChain.Parts(certifier.BaseModel).Last()).Model;
        AblationEncoder encoder = certifier.Classifier.Vectors.MakeEncoder(rows.Schema);
        using IMaskScoreSource one = model1.CreateScoreSource(encoder, certifier.Masks!, memoryLimit: null, threads: 1);
        using IMaskScoreSource many = model1.CreateScoreSource(encoder, certifier.Masks!, memoryLimit: null, threads: 5);
        float[][] images = [.. rows.GetColumn<float[]>("Features")];
        float[][] atOnce = Task.WhenAll(images.Select(image => many.ScoreAsync(image))).Result;
        for (int i = 0; i < images.Length; i++)
            CollectionAssert.AreEqual(one.Score(images[i]), atOnce[i]);
    }

    [TestMethod]
    public void One_network_for_all_bands_certifies_digits_against_patches_and_after_loading()
    {
        AblatedImageClassificationTrainer.Options options = TrainingRecipes.Bands();
        (options.Epochs, options.BatchSize, options.Seed, options.ValidationFraction, options.MixedPrecision, options.ContestPatch) = (3, 16, 4, 0, true, 3);
        IDataView rows = CertifiedToys.Test(Ml, 60);
        using var owned = (IDisposable)Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.BandAblation(4, direction: BandDirection.Columns)
                .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options)), SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet }))
            .Fit(CertifiedToys.Train(Ml, 1_000));
        var model = (ITransformer)owned;
        IDataView report = model.Transform(rows);
        Assert.IsGreaterThan(0.5, Ml.MulticlassClassification.EvaluateCertified(report).ClassificationAccuracy);
        // The largest side of a patch.
        Assert.IsGreaterThan(10, report.GetColumn<int>("CertifiedRadius").Count(side => side >= 3));
        using var file = new MemoryStream();
        Ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        using var also = (IDisposable)loaded;
        CollectionAssert.AreEqual(Report(report), Report(loaded.Transform(rows)));
    }

    [TestMethod]
    public void A_training_that_was_stopped_resumes_with_the_same_masks_to_the_same_weights()
    {
        string path = Path.Combine(Path.GetTempPath(), $"ablation-masks-{Guid.NewGuid():n}");
        try
        {
            IDataView train = CertifiedToys.Train(Ml, 200);
            AblatedImageClassificationTrainer.Options options = PerMask(epochs: 4);
            (options.MasksPerImage, options.ContestTarget, options.ValidationFraction, options.WeightAveraging) = (5, 0.8, 0.2, 0.9);
            using var whole = (IDisposable)Pipeline(options).Fit(train);
            options.CheckpointPath = path;
            using var cancellation = new CancellationTokenSource();
            options.CancellationToken = cancellation.Token;
            options.Progress = new Synchronous<TrainingProgress>(progress => Stop(progress, cancellation));
            Assert.ThrowsExactly<OperationCanceledException>(() => Pipeline(options).Fit(train));
            (options.CancellationToken, options.Progress) = (default, null);
            using var resumed = (IDisposable)Pipeline(options).Fit(train);
            IDataView rows = CertifiedToys.Test(Ml, 30);
            CollectionAssert.AreEqual(Report(((ITransformer)whole).Transform(rows)), Report(((ITransformer)resumed).Transform(rows)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void What_is_for_random_ablations_is_refused_with_what_to_do()
    {
        IDataView train = CertifiedToys.Train(Ml, 100);
        Refused("MaskSharing is PerBatch", options => options.MaskSharing = MaskSharing.PerBatch);
        Refused("InitialRetainedScale is 2", options => options.InitialRetainedScale = 2);
        Refused("RetainedSpread is 3", options => options.RetainedSpread = 3);
        Refused("Distillation is 2", options => (options.Distillation, options.MasksPerImage) = (2, 2));
        Refused("Reconstruction is 1", options => options.Reconstruction = 1);
        Refused("MixedPrecision is true, but network PerMask", options => options.MixedPrecision = true);
        Refused("MasksPerImage is 22, but there are 21 masks", options => options.MasksPerImage = 22);
        var random = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.RandomAblation(k: 45));
        Assert.Contains("no fixed masks come before the trainer", Assert.ThrowsExactly<InvalidOperationException>(() => random
            .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options { Network = ImageNetwork.PerMask })).Fit(train)).Message);
        Assert.Contains("MasksPerImage is 0", Assert.ThrowsExactly<InvalidOperationException>(() => random
            .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options { MasksPerImage = 0 })).Fit(train)).Message);

        void Refused(string message, Action<AblatedImageClassificationTrainer.Options> change)
        {
            AblatedImageClassificationTrainer.Options options = PerMask(epochs: 1);
            change(options);
            Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Pipeline(options).Fit(train)).Message);
        }
    }

    [TestMethod]
    public void A_network_refuses_masks_that_it_was_not_trained_on()
    {
        using var model = (IDisposable)Pipeline(PerMask(epochs: 1)).Fit(CertifiedToys.Train(Ml, 100));
        ITransformer network = CertifierChain.Parts(CertifiedToys.Certifier((ITransformer)model).BaseModel).Last();
        IDataView rows = CertifiedToys.Test(Ml, 3);
        ITransformer other = Ml.Transforms.PartitionAblation(Masks, labelColumnName: null, seed: 99).Fit(rows);
        ITransformer wrong = Ml.Transforms.SmoothedCertifier(new TransformerChain<ITransformer>(other, network)).Fit(rows);
        Assert.Contains("asked about other masks", Assert.Throws<ArgumentException>(() => wrong.Transform(rows).GetColumn<int>("CertifiedRadius").ToArray()).Message);
    }

    private static void Stop(TrainingProgress progress, CancellationTokenSource cancellation)
    {
        if (progress is { Epoch: 3, Batch: 2 })
            cancellation.Cancel();
    }

    private static AblatedImageClassificationTrainer.Options PerMask(int epochs)
    {
        AblatedImageClassificationTrainer.Options options = TrainingRecipes.FixedMasks();
        (options.Epochs, options.BatchSize, options.Seed, options.ValidationFraction) = (epochs, 32, 4, 0);
        return options;
    }

    private static IEstimator<ITransformer> Pipeline(AblatedImageClassificationTrainer.Options options, AblationEncoding encoding = AblationEncoding.Complement)
        => Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.PartitionAblation(Masks, encoding: encoding, labelColumnName: null)
                .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options)), SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet }));

    private static string[] Report(IDataView report)
        => [.. report.GetColumn<uint>("PredictedLabel").Zip(report.GetColumn<int>("CertifiedRadius"), (answer, radius) => $"{answer} {radius}")];

    private sealed class Digit
    {
        [VectorType(1, 28, 28)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Answer
    {
        public uint PredictedLabel { get; set; }

        public int CertifiedRadius { get; set; }
    }
}
