using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Scoring;

[TestClass]
public sealed class ScoringNetworkTests
{
    [TestMethod]
    [DataRow(ImageNetwork.Convolutional, 2, 28, 28, 10)]
    [DataRow(ImageNetwork.Convolutional, 1, 4, 4, 2)]
    [DataRow(ImageNetwork.Convolutional, 6, 7, 13, 5)]
    [DataRow(ImageNetwork.NormalizedConvolutional, 2, 28, 28, 10)]
    [DataRow(ImageNetwork.NormalizedConvolutional, 6, 7, 13, 5)]
    [DataRow(ImageNetwork.CompactResidual, 6, 32, 32, 10)]
    [DataRow(ImageNetwork.SparseResidual, 6, 32, 32, 10)]
    [DataRow(ImageNetwork.CompactResidual, 1, 5, 9, 3)]
    [DataRow(ImageNetwork.SparseResidual, 1, 5, 9, 3)]
    [DataRow(ImageNetwork.ResNet18, 6, 32, 34, 7)]
    [DataRow(ImageNetwork.ResNet18, 6, 70, 72, 7)]
    [DataRow(ImageNetwork.ResNet50, 6, 33, 35, 7)]
    [DataRow(ImageNetwork.ResNet50, 6, 96, 98, 7)]
    [DataRow(ImageNetwork.FullyConnected, 2, 28, 28, 10)]
    [DataRow(ImageNetwork.FullyConnected, 6, 7, 13, 5)]
    [DataRow(ImageNetwork.FullyConnected, 1, 4, 4, 2)]
    public void The_scoring_form_computes_the_network_and_leaves_no_tensor(ImageNetwork kind, int channels, int height, int width, int classes)
    {
        var shape = new NetworkShape(channels, height, width, classes);
        using AblationNetwork network = Make(kind, shape);
        using var scope = NewDisposeScope();
        Tensor images = Images(shape, 3);
        float[] expected = TensorMemory.Read(network.Forward(images));
        double scale = expected.Max() - expected.Min();
        Assert.IsGreaterThan(1e-3, scale, "scores that say nothing prove nothing");
        foreach ((ScalarType precision, double tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.BFloat16, 0.15) })
        {
            using ScoringNetwork scoring = network.ToScoring(precision);
            Tensor pixels = images.permute(0, 2, 3, 1).contiguous().to(precision);
            long before = Tensor.TotalCount;
            Tensor scores = scoring.Forward(pixels);
            Assert.AreEqual(before + 1, Tensor.TotalCount);
            Assert.AreEqual(ScalarType.Float32, scores.dtype);
            float[] found = TensorMemory.Read(scores);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], found[i], tolerance * scale, $"{precision}");
        }
    }

    [TestMethod]
    [DataRow(ImageNetwork.Convolutional, 2, 28, 28, 10)]
    [DataRow(ImageNetwork.FullyConnected, 2, 28, 28, 10)]
    [DataRow(ImageNetwork.CompactResidual, 6, 32, 32, 10)]
    [DataRow(ImageNetwork.SparseResidual, 6, 32, 32, 10)]
    [DoNotParallelize]
    public void A_processor_without_instructions_for_bfloat16_computes_the_same_classifier_in_float32(
        ImageNetwork kind, int channels, int height, int width, int classes)
    {
        var shape = new NetworkShape(channels, height, width, classes);
        using AblationNetwork network = Make(kind, shape);
        using var scope = NewDisposeScope();
        Tensor images = Images(shape, 8).permute(0, 2, 3, 1).contiguous();
        float[] exact = Scores(ScalarType.Float32, bfloat16: true), expected = Scores(ScalarType.BFloat16, bfloat16: true);
        float[] found = Scores(ScalarType.BFloat16, bfloat16: false);
        // What is left is the order of sums, and a rounding that it tips over now and then.
        double rounding = Distance(exact, expected), order = Distance(found, expected);
        Assert.IsGreaterThan(0, rounding);
        Assert.IsLessThan(0.5 * rounding, order);

        float[] Scores(ScalarType precision, bool bfloat16)
        {
            using var machine = new PlayedMachine(bfloat16);
            using ScoringNetwork scoring = network.ToScoring(precision), copy = scoring.Copy();
            Assert.AreEqual(precision == ScalarType.BFloat16 && !bfloat16, copy.Arithmetic.Rounds);
            return TensorMemory.Read(copy.Forward(images.to(precision)));
        }
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Average(pair => Math.Pow(pair.First - pair.Second, 2)));

    [TestMethod]
    public void A_copy_outlives_the_original_and_scores_the_same_bits()
    {
        var shape = new NetworkShape(2, 8, 8, 4);
        using AblationNetwork network = Make(ImageNetwork.Convolutional, shape);
        using var scope = NewDisposeScope();
        Tensor pixels = Images(shape, 3).permute(0, 2, 3, 1).contiguous();
        ScoringNetwork original = network.ToScoring(ScalarType.Float32);
        float[] expected = TensorMemory.Read(original.Forward(pixels));
        using ScoringNetwork copy = original.Copy();
        original.Dispose();
        original.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => original.Forward(pixels));
        Assert.ThrowsExactly<ObjectDisposedException>(() => original.Device);
        CollectionAssert.AreEqual(expected, TensorMemory.Read(copy.Forward(pixels)));
    }

    [TestMethod]
    public void Working_values_are_those_of_the_largest_step()
    {
        var mnist = new NetworkShape(2, 28, 28, 10);
        using ScoringNetwork convolutional = Make(ImageNetwork.NormalizedConvolutional, mnist).ToScoring(ScalarType.Float32);
        Assert.AreEqual(2 * 28 * 28 + 64 * 14 * 14 + 128 * 7 * 7, convolutional.WorkingValues);
        using ScoringNetwork connected = Make(ImageNetwork.FullyConnected, mnist).ToScoring(ScalarType.Float32);
        Assert.AreEqual(2 * 28 * 28 + 16 * 14 * 14 + 512, connected.WorkingValues);
        var small = new NetworkShape(6, 32, 32, 10);
        // Stage 1 of ResNet-18 at 32×32: the block's input, one layer before and one after, each 64×32×32, and the image.
        Assert.AreEqual(3 * 64 * 32 * 32 + 6 * 32 * 32, ResidualLayers.ResNet18(small).WorkingValues(small));
        var large = new NetworkShape(6, 224, 224, 1_000);
        // ResNet-50: in stage 1 a block's input and twice its output, each 256×56×56, and the image.
        Assert.AreEqual(3 * 256 * 56 * 56 + 6 * 224 * 224, ResidualLayers.ResNet50(large).WorkingValues(large));
    }

    /// <summary>First weights, with running statistics and normalisations that are not the identity.</summary>
    private static AblationNetwork Make(ImageNetwork kind, NetworkShape shape)
    {
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
        IReadOnlyList<ParameterSpec> specs = architecture.ParametersOf(shape);
        float[][] weights = WeightInitializer.Uniform(specs, 1);
        var random = new Random(2);
        for (int i = 0; i < weights.Length; i++)
        {
            Func<float, float> change = specs[i].Role switch
            {
                ParameterRole.Scale or ParameterRole.RunningVariance => value => value * (0.7f + 0.6f * random.NextSingle()),
                ParameterRole.Shift or ParameterRole.RunningMean => _ => 0.2f * (random.NextSingle() - 0.5f),
                _ => value => 2 * value,
            };
            weights[i] = Array.ConvertAll(weights[i], value => change(value));
        }
        return architecture.Create(shape, weights, CPU);
    }

    private static Tensor Images(NetworkShape shape, int count)
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, count * shape.Values).Select(_ => random.NextSingle())];
        return TensorMemory.Copy<float>(values, [count, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, CPU);
    }
}
