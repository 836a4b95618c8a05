using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Networks that vote by the mean of the scores of several.</summary>
[TestClass]
public sealed class AveragedScoresTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(ImageNetwork.CompactResidual, ImageNetwork.FullyConnected, false)]
    [DataRow(ImageNetwork.NormalizedConvolutional, ImageNetwork.CompactResidual, true)]
    public void Scores_are_the_mean_in_torch_in_every_form_and_in_the_exported_file(ImageNetwork first, ImageNetwork second, bool mirrored)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using IDisposable gradient = no_grad();
        var shape = new NetworkShape(6, 12, 9, 5);
        NetworkArchitecture[] architectures = [.. new[] { first, second, first }.Select(kind => NetworkArchitecture.Of(kind)).Select(plain => mirrored ? plain.Mirrored() : plain)];
        float[][][] weights = [.. architectures.Select((architecture, i) => architecture.FirstWeights(shape, seed: i))];
        FunctionalArchitecture mean = NetworkArchitecture.MeanOf([NetworkArchitecture.MeanOf(architectures[..2]), architectures[2]]);
        Assert.AreEqual(mean.Name, NetworkArchitecture.Find(mean.Name)!.Name);
        AblationNetwork[] parts = [.. architectures.Select((architecture, i) => architecture.Create(shape, weights[i], CPU))];
        using AblationNetwork averaged = mean.Create(shape, [.. weights.SelectMany(of => of)], CPU);
        using var generator = new Generator(5);
        Tensor images = rand([4, 6, 12, 9], generator: generator);
        Tensor expected = stack(parts.Select(part => part.Forward(images))).mean([0]);
        Assert.IsGreaterThan(1e-3f, (parts[0].Forward(images) - expected).abs().max().item<float>(), "the networks differ");
        ScoreTwins.AreEqual(expected, averaged.Forward(images), 1e-5);
        foreach ((ScalarType precision, double tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.BFloat16, 0.1) })
        {
            using ScoringNetwork scoring = averaged.ToScoring(precision), copy = scoring.Copy();
            Tensor pixels = images.permute(0, 2, 3, 1).contiguous().to(precision);
            ScoreTwins.AreEqual(expected, scoring.Forward(pixels), tolerance);
            ScoreTwins.AreEqual(scoring.Forward(pixels), copy.Forward(pixels), 0);
        }
        using var session = new InferenceSession(OnnxExport.Write(averaged));
        using var input = OrtValue.CreateTensorValueFromMemory(TensorMemory.Read(images), images.shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [OnnxExport.Images], [input], [OnnxExport.Scores]);
        ScoreTwins.AreEqual(expected, tensor(output[0].GetTensorDataAsSpan<float>().ToArray(), [4, 5]), 1e-4);
        foreach (AblationNetwork part in parts)
            part.Dispose();
    }

    [TestMethod]
    public void Trained_models_are_averaged_in_floats_and_in_integers_saved_and_loaded()
    {
        using var owned = (IDisposable)CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32, SamplingPlan.Fixed(50, 200)).Fit(CertifiedToys.Train(Ml, 600));
        var model = (ITransformer)owned;
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(model);
        using SmoothedCertifierTransformer other = certifier.WithMirroredScores();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => certifier.WithAveragedScores([other])).Message, "average networks that all do, or none");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => certifier.WithAveragedScores([])).Message, "others is empty");

        ITransformer keys = ((IEnumerable<ITransformer>)model).First();
        IDataView train = keys.Transform(CertifiedToys.Train(Ml, 600)), rows = keys.Transform(CertifiedToys.Test(Ml, 8));
        // A network averaged with itself is the same classifier.
        using SmoothedCertifierTransformer same = certifier.WithAveragedScores([certifier]);
        CollectionAssert.AreEqual(CertifiedToys.Text(Ml, certifier.Transform(rows)), CertifiedToys.Text(Ml, same.Transform(rows)));

        using var secondOwned = (IDisposable)CertifiedToys.Pipeline(new MLContext(seed: 9), ScoringPrecision.Float32, SamplingPlan.Fixed(50, 200)).Fit(CertifiedToys.Train(Ml, 300));
        SmoothedCertifierTransformer second = CertifiedToys.Certifier((ITransformer)secondOwned);
        using SmoothedCertifierTransformer mean = certifier.WithAveragedScores([second]), integers = mean.WithPrecision(ScoringPrecision.Int8, train);
        int[][] before = CertifiedToys.Votes(certifier.Transform(rows)), after = CertifiedToys.Votes(mean.Transform(rows)), rounded = CertifiedToys.Votes(integers.Transform(rows));
        Assert.IsGreaterThan(40, ScoreTwins.Different(before, after), "another classifier");
        Assert.IsLessThan(40, ScoreTwins.Different(after, rounded), "of 1,600 votes");
        foreach (SmoothedCertifierTransformer twin in new[] { mean, integers })
        {
            using SmoothedCertifierTransformer loaded = ScoreTwins.SavedAndLoaded(Ml, twin, rows);
        }
        using SmoothedCertifierTransformer first8 = certifier.WithPrecision(ScoringPrecision.Int8, train), also = first8.WithAveragedScores([second], train);
        CollectionAssert.AreEqual(CertifiedToys.Text(Ml, integers.Transform(rows)), CertifiedToys.Text(Ml, also.Transform(rows)));
        Assert.ThrowsExactly<ArgumentException>(() => first8.WithAveragedScores([second]));
    }

    [TestMethod]
    public void Networks_for_fixed_masks_are_refused()
    {
        var shape = new NetworkShape(2, 8, 8, 3);
        IDataView data = Ml.Transforms.BandAblation(width: 3).Fit(ToyImages.ToView(Ml, ToyImages.Make(60))).Transform(ToyImages.ToView(Ml, ToyImages.Make(60)));
        AblatedImageClassificationTrainer.Options options = ToyImages.FewEpochs(1);
        options.Network = ImageNetwork.Bands;
        using var fitted = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
        NetworkArchitecture bands = fitted.Model.Network.Architecture;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => NetworkArchitecture.MeanOf([bands, bands])).Message, "made for fixed masks");
        Assert.IsNull(NetworkArchitecture.Find("mean-of(resnet18)"));
        Assert.IsNull(NetworkArchitecture.Find("mean-of(resnet18,unknown)"));
        Assert.IsNull(NetworkArchitecture.Of(ImageNetwork.ResNet18).Problem(shape));
    }
}
