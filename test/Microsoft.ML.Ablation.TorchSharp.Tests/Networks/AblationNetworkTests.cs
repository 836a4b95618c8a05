using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class AblationNetworkTests
{
    private static readonly FunctionalArchitecture s_convolutional = NetworkArchitecture.Of(ImageNetwork.Convolutional);

    public static IEnumerable<object[]> Kinds => Enum.GetValues<ImageNetwork>().Except([ImageNetwork.PerMask, ImageNetwork.Bands]).Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Every_network_takes_images_of_any_size_from_four_by_four(ImageNetwork kind)
    {
        foreach (NetworkShape shape in new NetworkShape[] { new(2, 28, 28, 10), new(1, 4, 4, 2), new(6, 7, 13, 5) })
        {
            FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
            Assert.IsNull(architecture.Problem(shape));
            using AblationNetwork network = Make(architecture, shape);
            using var scope = NewDisposeScope();
            CollectionAssert.AreEqual(new long[] { 3, shape.Classes }, network.Forward(zeros(3, shape.Channels, shape.Height, shape.Width)).shape);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Every_network_is_found_by_the_name_that_is_stored(ImageNetwork kind)
    {
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
        Assert.AreSame(architecture, NetworkArchitecture.Find(architecture.Name));
        var shape = new NetworkShape(2, 28, 28, 10);
        string[] names = [.. architecture.ParametersOf(shape).Select(parameter => parameter.Name)];
        CollectionAssert.AllItemsAreUnique(names);
    }

    /// <summary>Without a normalisation the paper's network; ResNets with three channels as they are published.</summary>
    [TestMethod]
    [DataRow(ImageNetwork.Convolutional, 2, 28, 10, 2 * 16 * 64 + 64 + 64 * 16 * 128 + 128 + 6272 * 500 + 500 + 500 * 100 + 100 + 100 * 10 + 10)]
    [DataRow(ImageNetwork.ResNet18, 3, 224, 1_000, 11_689_512)]
    [DataRow(ImageNetwork.ResNet50, 3, 224, 1_000, 25_557_032)]
    public void Networks_have_the_published_number_of_trained_values(ImageNetwork kind, int channels, int side, int classes, int values) =>
        Assert.AreEqual(values, NetworkArchitecture.Of(kind).ParametersOf(new NetworkShape(channels, side, side, classes))
            .Where(parameter => parameter.IsTrained).Sum(parameter => parameter.Count));

    [TestMethod]
    public void Batch_normalisation_follows_the_batch_in_training_and_not_in_scoring()
    {
        var shape = new NetworkShape(1, 8, 8, 3);
        FunctionalArchitecture architecture = NetworkArchitecture.Of(ImageNetwork.NormalizedConvolutional);
        using AblationNetwork network = Make(architecture, shape);
        using var scope = NewDisposeScope();
        var generator = new Generator(3);
        Tensor images = rand([16, 1, 8, 8], generator: generator);
        float[][] first = network.ReadWeights();
        float[] together = TensorMemory.Read(network.Forward(images));
        Assert.AreEqual(0, first.Zip(network.ReadWeights()).Count(pair => !pair.First.SequenceEqual(pair.Second)));
        float[] alone = TensorMemory.Read(network.Forward(images.narrow(0, 0, 1)));
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(together[i], alone[i], 1e-5);

        network.Forward(images, training: true);
        float[][] after = network.ReadWeights();
        IReadOnlyList<ParameterSpec> specs = architecture.ParametersOf(shape);
        for (int i = 0; i < specs.Count; i++)
            Assert.AreEqual(specs[i].IsTrained, first[i].SequenceEqual(after[i]), specs[i].Name);
    }

    /// <summary>Not ResNet-50, whose gradient on noise with first weights turns with any rounding.</summary>
    [TestMethod]
    [DataRow(ImageNetwork.Convolutional)]
    [DataRow(ImageNetwork.NormalizedConvolutional)]
    [DataRow(ImageNetwork.CompactResidual)]
    [DataRow(ImageNetwork.SparseResidual)]
    [DataRow(ImageNetwork.ResNet18)]
    [DataRow(ImageNetwork.FullyConnected)]
    public void Gradients_in_mixed_precision_point_where_those_in_float32_do(ImageNetwork kind)
    {
        var shape = new NetworkShape(2, 16, 16, 5);
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind);
        float[][] weights = architecture.FirstWeights(shape, 1);
        using var scope = NewDisposeScope();
        Tensor images = rand([32, 2, 16, 16], generator: new Generator(3)), classes = arange(32).remainder(5);
        float[] exact = Gradient(mixed: false), rounded = Gradient(mixed: true);
        double product = 0, squares = 0, roundedSquares = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            product += (double)exact[i] * rounded[i];
            squares += (double)exact[i] * exact[i];
            roundedSquares += (double)rounded[i] * rounded[i];
        }
        Assert.IsGreaterThan(0.9, product / Math.Sqrt(squares * roundedSquares), "the cosine between the two");

        float[] Gradient(bool mixed)
        {
            using FunctionalNetwork network = architecture.Create(shape, weights, CPU, trainable: true);
            Tensor scores = mixed ? network.ForwardInMixedPrecision(images) : network.Forward(images, training: true);
            Assert.AreEqual(ScalarType.Float32, scores.dtype);
            nn.functional.cross_entropy(scores, classes).backward();
            return [.. network.Trained.SelectMany(parameter => TensorMemory.Read(parameter.grad!))];
        }
    }

    [TestMethod]
    [DataRow(0, 28, 28, 10, "channels")]
    [DataRow(1, 3, 28, 10, "sides")]
    [DataRow(1, 28, 28, 1, "classes")]
    [DataRow(1024, 16000, 16000, 10, "values")]
    [DataRow(1, 8000, 8000, 10, "2 GiB")]
    public void Shapes_that_cannot_be_are_named(int channels, int height, int width, int classes, string what) =>
        StringAssert.Contains(s_convolutional.Problem(new NetworkShape(channels, height, width, classes)), what);

    [TestMethod]
    public void First_weights_stay_within_the_bound_and_depend_on_the_seed_alone()
    {
        IReadOnlyList<ParameterSpec> specs = s_convolutional.ParametersOf(new NetworkShape(2, 8, 8, 4));
        float[][] weights = WeightInitializer.Uniform(specs, 3);
        for (int i = 0; i < specs.Count; i++)
        {
            double bound = 1 / Math.Sqrt(specs[i].FanIn);
            Assert.HasCount((int)specs[i].Count, weights[i]);
            Assert.IsTrue(weights[i].All(value => Math.Abs(value) <= bound));
        }
        CollectionAssert.AreEqual(weights[2], WeightInitializer.Uniform(specs, 3)[2]);
        CollectionAssert.AreNotEqual(weights[2], WeightInitializer.Uniform(specs, 4)[2]);
    }

    [TestMethod]
    public void Weights_survive_writing_and_reading()
    {
        IReadOnlyList<ParameterSpec> specs = s_convolutional.ParametersOf(new NetworkShape(1, 4, 4, 2));
        float[][] weights = WeightInitializer.Uniform(specs, 3);
        byte[] bytes = WeightFormat.Write(specs, weights);
        float[][] read = WeightFormat.Read(bytes, specs);
        for (int i = 0; i < weights.Length; i++)
            CollectionAssert.AreEqual(weights[i], read[i]);

        IReadOnlyList<ParameterSpec> others = s_convolutional.ParametersOf(new NetworkShape(1, 4, 4, 3));
        Assert.ThrowsExactly<FormatException>(() => WeightFormat.Read(bytes, others));
        bytes[0]++;
        Assert.ThrowsExactly<FormatException>(() => WeightFormat.Read(bytes, specs));
    }

    private static AblationNetwork Make(FunctionalArchitecture architecture, NetworkShape shape) =>
        architecture.Create(shape, architecture.FirstWeights(shape, 1), CPU);

    [TestMethod]
    public void Operations_of_residual_networks_are_those_that_are_published()
    {
        var shape = new NetworkShape(3, 224, 224, 1000);
        Assert.IsInRange(1.81e9, 1.82e9, (double)ResidualLayers.ResNet18(shape).MultiplyAdds(shape));
        Assert.IsInRange(4.08e9, 4.10e9, (double)ResidualLayers.ResNet50(shape).MultiplyAdds(shape));
        // 5×5 · 6 · 128 at 16×16; 2 · 9 · 128² at 16×16; at 8×8 from 128 and 256 to 256 with a projection, and again; at 4×4 from 256 and 512 to 512 with a projection; the last layer.
        long expected = 256L * 25 * 6 * 128 + 256L * 9 * 2 * 128 * 128 + 64L * (9 * (128 * 256 + 3 * 256 * 256) + 128 * 256) + 16L * (9 * (256 * 512 + 512 * 512) + 256 * 512) + 5120;
        Assert.AreEqual(expected, ResidualLayers.Sparse(new NetworkShape(6, 32, 32, 10)).MultiplyAdds(new NetworkShape(6, 32, 32, 10)));
    }
}
