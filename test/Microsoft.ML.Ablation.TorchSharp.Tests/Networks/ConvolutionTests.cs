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
}
