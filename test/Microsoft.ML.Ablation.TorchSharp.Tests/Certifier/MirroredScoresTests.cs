using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Networks whose scores are the mean over an ablated image and its mirror image.</summary>
[TestClass]
public sealed class MirroredScoresTests
{
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>Scores of images by a network that is mirrored in these tests, with random weights.</summary>
    private static (AblationNetwork Plain, AblationNetwork Mirrored, Tensor Images) Networks(ImageNetwork kind, NetworkShape shape)
    {
        FunctionalArchitecture plain = NetworkArchitecture.Of(kind);
        float[][] weights = plain.FirstWeights(shape, seed: 3);
        using var generator = new Generator(5);
        return (plain.Create(shape, weights, CPU), plain.Mirrored().Create(shape, weights, CPU), rand([4, shape.Channels, shape.Height, shape.Width], generator: generator));
    }

    [TestMethod]
    [DataRow(ImageNetwork.CompactResidual)]
    [DataRow(ImageNetwork.FullyConnected)]
    [DataRow(ImageNetwork.NormalizedConvolutional)]
    public void Scores_are_the_mean_of_both_in_torch_in_every_form_and_in_the_exported_file(ImageNetwork kind)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using IDisposable gradient = no_grad();
        (AblationNetwork plain, AblationNetwork mirrored, Tensor images) = Networks(kind, new NetworkShape(6, 12, 9, 5));
        using (plain)
        using (mirrored)
        {
            Tensor turned = stack([.. Enumerable.Range(0, 9).Select(column => images.select(3, 8 - column))], 3);
            Tensor expected = (plain.Forward(images) + plain.Forward(turned)) / 2;
            Assert.IsGreaterThan(1e-3f, (plain.Forward(images) - expected).abs().max().item<float>(), "mirror images have other scores");
            ScoreTwins.AreEqual(expected, mirrored.Forward(images), 1e-5);
            ScoreTwins.AreEqual(expected, mirrored.Forward(turned), 1e-5);
            foreach ((ScalarType precision, double tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.BFloat16, 0.1) })
            {
                using ScoringNetwork scoring = mirrored.ToScoring(precision), copy = scoring.Copy();
                Tensor pixels = images.permute(0, 2, 3, 1).contiguous().to(precision);
                ScoreTwins.AreEqual(expected, scoring.Forward(pixels), tolerance);
                ScoreTwins.AreEqual(scoring.Forward(pixels), copy.Forward(pixels), 0);
                using ScoringNetwork one = plain.ToScoring(precision);
                Assert.IsGreaterThanOrEqualTo(2 * one.WorkingValues, scoring.WorkingValues);
            }
            using var session = new InferenceSession(OnnxExport.Write(mirrored));
            using var input = OrtValue.CreateTensorValueFromMemory(TensorMemory.Read(images), images.shape);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [OnnxExport.Images], [input], [OnnxExport.Scores]);
            ScoreTwins.AreEqual(expected, tensor(output[0].GetTensorDataAsSpan<float>().ToArray(), [4, 5]), 1e-4);
            // The last, because it changes running statistics.
            ScoreTwins.AreEqual(plain.Forward(images, training: true), mirrored.Forward(images, training: true), 0);
        }
    }

    [TestMethod]
    public void A_trained_model_is_mirrored_in_floats_and_in_integers_saved_and_loaded()
    {
        using var owned = (IDisposable)CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32, SamplingPlan.Fixed(50, 200)).Fit(CertifiedToys.Train(Ml, 600));
        var model = (ITransformer)owned;
        SmoothedCertifierTransformer certifier = CertifiedToys.Certifier(model);
        IDataView train = ((IEnumerable<ITransformer>)model).First().Transform(CertifiedToys.Train(Ml, 600));
        using SmoothedCertifierTransformer mirrored = certifier.WithMirroredScores(), integers = mirrored.WithPrecision(ScoringPrecision.Int8, train);
        IDataView rows = ((IEnumerable<ITransformer>)model).First().Transform(CertifiedToys.Test(Ml, 8));
        int[][] before = CertifiedToys.Votes(certifier.Transform(rows)), after = CertifiedToys.Votes(mirrored.Transform(rows)), rounded = CertifiedToys.Votes(integers.Transform(rows));
        Assert.IsGreaterThan(40, ScoreTwins.Different(before, after), "another classifier");
        Assert.IsLessThan(40, ScoreTwins.Different(after, rounded), "of 1,600 votes");
        foreach (SmoothedCertifierTransformer twin in new[] { mirrored, integers })
        {
            using SmoothedCertifierTransformer loaded = ScoreTwins.SavedAndLoaded(Ml, twin, rows);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => loaded.WithMirroredScores(loaded.Precision() == ScoringPrecision.Int8 ? train : null)).Message,
                "they are already");
        }
        using SmoothedCertifierTransformer directly = certifier.WithPrecision(ScoringPrecision.Int8, train), also = directly.WithMirroredScores(train);
        CollectionAssert.AreEqual(CertifiedToys.Text(Ml, integers.Transform(rows)), CertifiedToys.Text(Ml, also.Transform(rows)));
        Assert.ThrowsExactly<ArgumentException>(() => directly.WithMirroredScores());
        Assert.ThrowsExactly<ArgumentException>(() => certifier.WithMirroredScores(train));
    }

    [TestMethod]
    public void The_trainer_gives_such_a_network_with_the_weights_of_the_same_training()
    {
        IDataView data = Ml.Transforms.RandomAblation(k: 6, seed: 3).Fit(ToyImages.ToView(Ml, ToyImages.Make(60))).Transform(ToyImages.ToView(Ml, ToyImages.Make(60)));
        AblationNetwork Trained(bool mirrors, out IDisposable owner)
        {
            Options options = ToyImages.FewEpochs(2);
            (options.Network, options.ValidationFraction, options.MirrorScores) = (ImageNetwork.CompactResidual, 0, mirrors);
            var fitted = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
            owner = fitted;
            return fitted.Model.Network;
        }
        AblationNetwork plain = Trained(false, out IDisposable first), mirrored = Trained(true, out IDisposable second);
        using (first)
        using (second)
        {
            Assert.AreEqual(("resnet-compact", "mirrored-resnet-compact"), (plain.Architecture.Name, mirrored.Architecture.Name));
            foreach ((float[] expected, float[] found) in plain.ReadWeights().Zip(mirrored.ReadWeights()))
                CollectionAssert.AreEqual(expected, found);
        }
    }

    [TestMethod]
    public void Networks_for_fixed_masks_are_refused()
    {
        foreach (ImageNetwork network in new[] { ImageNetwork.PerMask, ImageNetwork.Bands })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Options { Network = network, MirrorScores = true }.ToValidated()).Message,
                $"MirrorScores is true with Network {network}; allowed are false, or another network of Network.");
        }
    }
}
