using Microsoft.ML.Ablation.TorchSharp.Scoring;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Scoring;

[TestClass]
public sealed class ScoringNetworkTests
{
    [TestMethod]
    [DataRow(2, 28, 28, 10)]
    [DataRow(1, 4, 4, 2)]
    [DataRow(6, 7, 13, 5)]
    public void The_scoring_form_computes_the_network(int channels, int height, int width, int classes)
    {
        var shape = new NetworkShape(channels, height, width, classes);
        using ConvolutionalNetwork network = Convolutional(shape);
        using var scope = NewDisposeScope();
        Tensor images = Images(shape, 9);
        float[] expected = TensorMemory.Read(network.Forward(images));
        foreach ((ScalarType precision, double tolerance) in new[] { (ScalarType.Float32, 1e-5), (ScalarType.BFloat16, 0.02), (ScalarType.Float16, 0.003) })
        {
            using ScoringNetwork scoring = ConvolutionalScoring.From(network, precision);
            Tensor scores = scoring.Forward(images.permute(0, 2, 3, 1).contiguous().to(precision));
            Assert.AreEqual(ScalarType.Float32, scores.dtype);
            float[] found = TensorMemory.Read(scores);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], found[i], tolerance, $"{precision}");
        }
    }

    [TestMethod]
    public void A_copy_outlives_the_original_and_scores_the_same_bits()
    {
        var shape = new NetworkShape(2, 8, 8, 4);
        using ConvolutionalNetwork network = Convolutional(shape);
        using var scope = NewDisposeScope();
        Tensor pixels = Images(shape, 3).permute(0, 2, 3, 1).contiguous();
        ScoringNetwork original = ConvolutionalScoring.From(network, ScalarType.Float32);
        float[] expected = TensorMemory.Read(original.Forward(pixels));
        using ScoringNetwork copy = original.Copy();
        original.Dispose();
        original.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => original.Forward(pixels));
        Assert.ThrowsExactly<ObjectDisposedException>(() => original.Device);
        CollectionAssert.AreEqual(expected, TensorMemory.Read(copy.Forward(pixels)));
    }

    /// <summary>The usual counts with three channels (25,557,032 and 11,689,512), less one of two vectors of every batch normalisation.</summary>
    [TestMethod]
    public void Residual_networks_have_the_published_size()
    {
        var shape = new NetworkShape(3, 224, 224, 1_000);
        Assert.AreEqual(25_557_032 - 26_560, ResidualLayers.ResNet50(shape).ParametersOf(shape).Sum(parameter => parameter.Count));
        Assert.AreEqual(11_689_512 - 4_800, ResidualLayers.ResNet18(shape).ParametersOf(shape).Sum(parameter => parameter.Count));
    }

    [TestMethod]
    [DataRow(false, 32)]
    [DataRow(true, 33)]
    [DataRow(false, 70)]
    [DataRow(true, 96)]
    public void A_residual_network_computes_its_definition_and_leaves_no_tensor(bool deep, int side)
    {
        var shape = new NetworkShape(6, side, side + 2, 7);
        ResidualLayers layers = deep ? ResidualLayers.ResNet50(shape) : ResidualLayers.ResNet18(shape);
        IReadOnlyList<ParameterSpec> specs = layers.ParametersOf(shape);
        float[][] weights = Loud(WeightInitializer.Uniform(specs, 1));
        using var scope = NewDisposeScope();
        Tensor images = Images(shape, 2);
        float[] expected = TensorMemory.Read(Plain(layers, specs, weights, images));
        Assert.IsGreaterThan(1e-3, expected.Max() - expected.Min(), "scores that say nothing prove nothing");
        using ResidualScoring network = ResidualScoring.Create(shape, layers, weights, ScalarType.Float32, CPU);
        Tensor pixels = images.permute(0, 2, 3, 1).contiguous();
        long before = Tensor.TotalCount;
        Tensor scores = network.Forward(pixels);
        Assert.AreEqual(before + 1, Tensor.TotalCount);
        float[] found = TensorMemory.Read(scores);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-4 * scale);
    }

    [TestMethod]
    public void Working_values_are_those_of_the_largest_step()
    {
        var small = new NetworkShape(6, 32, 32, 10);
        // Stage 1 of ResNet-18 at 32×32: the block's input, one layer before and one after, each 64×32×32, and the image.
        Assert.AreEqual(3 * 64 * 32 * 32 + 6 * 32 * 32, ResidualLayers.ResNet18(small).WorkingValues(small));
        var large = new NetworkShape(6, 224, 224, 1_000);
        // Stage 2, first block of ResNet-50: its input 256×56×56, the path's 128×56×56 before the stride and what it gives.
        Assert.IsTrue(ResidualLayers.ResNet50(large).WorkingValues(large) is > 2_400_000 and < 2_900_000);
    }

    /// <summary>Layer by layer in torch's usual layout, all of it in float32.</summary>
    private static Tensor Plain(ResidualLayers layers, IReadOnlyList<ParameterSpec> specs, float[][] weights, Tensor images)
    {
        Tensor Of(string name)
        {
            int index = specs.ToList().FindIndex(spec => spec.Name == name);
            return TensorMemory.Copy<float>(weights[index], specs[index].Shape, ScalarType.Float32, CPU);
        }

        Tensor Convolve(ResidualConvolution c, Tensor x) =>
            conv2d(x, Of($"{c.Name}.weight"), Of($"{c.Name}.bias"), [c.Stride, c.Stride], [c.Kernel / 2, c.Kernel / 2]);

        Tensor x = relu(Convolve(layers.Stem, images));
        if (layers.PoolsStem)
            x = max_pool2d(x, [3, 3], [2, 2], [1, 1]);
        foreach (ResidualBlock block in layers.Blocks)
        {
            Tensor y = x;
            for (int i = 0; i < block.Path.Count; i++)
                y = Convolve(block.Path[i], i == 0 ? y : relu(y));
            x = relu(y + (block.Shortcut is { } shortcut ? Convolve(shortcut, x) : x));
        }
        return linear(x.mean([2, 3]), Of("fc.weight"), Of("fc.bias"));
    }

    /// <summary>Without batch normalisation signals fade from layer to layer; √6 times the usual weights keep them up.</summary>
    private static float[][] Loud(float[][] weights) => [.. weights.Select(values => Array.ConvertAll(values, value => 2.45f * value))];

    private static Tensor Images(NetworkShape shape, int count)
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, count * shape.Values).Select(_ => random.NextSingle())];
        return TensorMemory.Copy<float>(values, [count, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, CPU);
    }

    private static ConvolutionalNetwork Convolutional(NetworkShape shape) =>
        ConvolutionalNetwork.Create(shape, WeightInitializer.Uniform(ConvolutionalNetwork.ParametersOf(shape), 1), CPU);
}
