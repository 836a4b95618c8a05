using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public sealed class ConvolutionTests
{
    /// <summary>Free memory full of NaN, so that what is read of it shows.</summary>
    private static void Poison()
    {
        using var scope = NewDisposeScope();
        for (int length = 64; length < 500_000; length *= 2)
        {
            for (int i = 0; i < 6; i++)
                _ = full([length], float.NaN);
        }
    }

    [TestMethod]
    [DataRow(64, 128, 4, 2, 1, DisplayName = "Convolutional")]
    [DataRow(2, 16, 7, 2, 3, DisplayName = "FullyConnected")]
    [DataRow(64, 128, 3, 2, 1, DisplayName = "ResNet")]
    public void Small_images_read_nothing_but_themselves_in_bfloat16(int inputs, int outputs, int kernel, int stride, int padding)
    {
        for (int height = kernel; height <= 9; height++)
        {
            for (int width = 2; width <= 4; width++)
            {
                if (width + 2 * padding < kernel)
                    continue;
                using var scope = NewDisposeScope();
                Tensor images = ones([16, inputs, height, width], ScalarType.BFloat16), weight = ones([outputs, inputs, kernel, kernel], ScalarType.BFloat16);
                Tensor expected = nn.functional.conv2d(images.to(ScalarType.Float32), weight.to(ScalarType.Float32), null, [stride, stride], [padding, padding]);
                Poison();
                Tensor found = Convolution.Apply(images, weight, null, [stride, stride], [padding, padding]);
                CollectionAssert.AreEqual(TensorMemory.Read(expected.to(ScalarType.BFloat16)), TensorMemory.Read(found), $"{height} × {width}");
            }
        }
    }

    /// <summary>Whole numbers, whose sums are exact in any order.</summary>
    [TestMethod]
    [DataRow(16, 8, 8, 3, 1, 1, DisplayName = "eight beside each other")]
    [DataRow(32, 4, 4, 3, 1, 1, DisplayName = "sixteen beside each other")]
    [DataRow(12, 8, 5, 3, 1, 1, DisplayName = "twelve beside each other")]
    [DataRow(7, 6, 8, 3, 1, 1, DisplayName = "all of them beside each other")]
    [DataRow(13, 6, 8, 3, 1, 1, DisplayName = "a number that cannot be divided")]
    [DataRow(16, 8, 8, 3, 2, 1, DisplayName = "stride 2")]
    [DataRow(16, 7, 7, 3, 2, 1, DisplayName = "stride 2, odd")]
    [DataRow(16, 8, 7, 5, 2, 2, DisplayName = "5×5, stride 2")]
    [DataRow(16, 8, 8, 4, 2, 1, DisplayName = "4×4, stride 2")]
    [DataRow(16, 3, 2, 3, 2, 1, DisplayName = "one column left")]
    [DataRow(16, 8, 8, 1, 2, 0, DisplayName = "1×1, stride 2")]
    [DataRow(16, 9, 9, 3, 1, 1, DisplayName = "larger images")]
    public void Images_beside_each_other_give_what_they_give_alone(int count, int height, int width, int kernel, int stride, int padding)
    {
        const int inputs = 32, outputs = 64;
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor Whole(params long[] shape) => randint(-1, 2, shape, dtype: ScalarType.Float32, generator: generator);
        Tensor images = Whole(count, inputs, height, width), weight = Whole(outputs, inputs, kernel, kernel);
        (Tensor values, Tensor ofImages, Tensor ofWeight) Compute(ScalarType format, Func<Tensor, Tensor, Tensor> convolve)
        {
            Tensor x = Convolution.ChannelsLast(images.to(format)).detach().requires_grad_(), w = weight.to(format).detach().requires_grad_();
            Tensor y = convolve(x, w);
            using var sameGradient = new Generator(4);
            y.backward([randint(-1, 2, y.shape, dtype: ScalarType.Float32, generator: sameGradient).to(format)]);
            return (y, x.grad!, w.grad!);
        }
        (Tensor expected, Tensor expectedOfImages, Tensor expectedOfWeight) = Compute(ScalarType.Float32, (x, w) => nn.functional.conv2d(x, w, null, [stride, stride], [padding, padding]));
        foreach (ScalarType format in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            (Tensor found, Tensor ofImages, Tensor ofWeight) = Compute(format, (x, w) => Convolution.InTraining(x, w, stride, padding));
            Assert.IsTrue(expected.to(format).eq(found).all().item<bool>(), $"values in {format}");
            Assert.IsTrue(expectedOfImages.to(format).eq(ofImages).all().item<bool>(), $"gradient of images in {format}");
            Assert.IsTrue(expectedOfWeight.to(format).eq(ofWeight).all().item<bool>(), $"gradient of the weight in {format}");
        }
    }
}
