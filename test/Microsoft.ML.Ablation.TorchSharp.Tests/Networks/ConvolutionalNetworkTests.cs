using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class ConvolutionalNetworkTests
{
    [TestMethod]
    [DataRow(2, 28, 28, 10)]
    [DataRow(1, 4, 4, 2)]
    [DataRow(6, 7, 13, 5)]
    public void Takes_images_of_any_size_from_four_by_four(int channels, int height, int width, int classes)
    {
        var shape = new NetworkShape(channels, height, width, classes);
        Assert.IsNull(shape.Problem());
        using var network = Make(shape);
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(new long[] { 3, classes }, network.Forward(zeros(3, channels, height, width)).shape);
    }

    [TestMethod]
    public void The_network_for_mnist_has_the_papers_size()
    {
        // Two convolutions, 6272 → 500 → 100 → 10.
        Assert.AreEqual(2 * 16 * 64 + 64 + 64 * 16 * 128 + 128 + 6272 * 500 + 500 + 500 * 100 + 100 + 100 * 10 + 10,
            ConvolutionalNetwork.ParameterCount(new NetworkShape(2, 28, 28, 10)));
    }

    [TestMethod]
    [DataRow(0, 28, 28, 10, "channels")]
    [DataRow(1, 3, 28, 10, "sides")]
    [DataRow(1, 28, 28, 1, "classes")]
    [DataRow(8, 16000, 16000, 10, "2 GiB")]
    public void Shapes_that_cannot_be_are_named(int channels, int height, int width, int classes, string what) =>
        StringAssert.Contains(new NetworkShape(channels, height, width, classes).Problem(), what);

    [TestMethod]
    public void First_weights_stay_within_the_bound_and_depend_on_the_seed_alone()
    {
        IReadOnlyList<ParameterSpec> specs = ConvolutionalNetwork.ParametersOf(new NetworkShape(2, 8, 8, 4));
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
        IReadOnlyList<ParameterSpec> specs = ConvolutionalNetwork.ParametersOf(new NetworkShape(1, 4, 4, 2));
        float[][] weights = WeightInitializer.Uniform(specs, 3);
        byte[] bytes = WeightFormat.Write(specs, weights);
        Assert.AreEqual(WeightFormat.Length(specs), bytes.LongLength);
        float[][] read = WeightFormat.Read(bytes, specs);
        for (int i = 0; i < weights.Length; i++)
            CollectionAssert.AreEqual(weights[i], read[i]);

        IReadOnlyList<ParameterSpec> others = ConvolutionalNetwork.ParametersOf(new NetworkShape(1, 4, 4, 3));
        Assert.ThrowsExactly<FormatException>(() => WeightFormat.Read(bytes, others));
        bytes[0]++;
        Assert.ThrowsExactly<FormatException>(() => WeightFormat.Read(bytes, specs));
    }

    private static ConvolutionalNetwork Make(NetworkShape shape) =>
        ConvolutionalNetwork.Create(shape, WeightInitializer.Uniform(ConvolutionalNetwork.ParametersOf(shape), 1), CPU);
}
