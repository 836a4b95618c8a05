using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Convolutions of two dimensions.</summary>
internal static class Convolution
{
    /// <summary>The convolution as torch defines it.</summary>
    /// <remarks>
    /// With AMX, oneDNN of libtorch 2.10 reads memory outside of the image for a strided convolution of bfloat16 whose output is
    /// one column wide, and the result is arbitrary. Such convolutions compute in float32 and round, which is the same up to the
    /// order of additions.
    /// </remarks>
    public static Tensor Apply(Tensor images, Tensor weight, Tensor? bias, long[] stride, long[] padding)
    {
        long width = (images.shape[3] + 2 * padding[1] - weight.shape[3]) / stride[1] + 1;
        return images.dtype == ScalarType.BFloat16 && stride[1] > 1 && width == 1
            ? conv2d(images.to(ScalarType.Float32), weight.to(ScalarType.Float32), bias?.to(ScalarType.Float32), stride, padding).to(ScalarType.BFloat16)
            : conv2d(images, weight, bias, stride, padding);
    }
}
