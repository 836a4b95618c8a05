using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Convolutions of two dimensions.</summary>
internal static class Convolution
{
    private const int LargestSmallWidth = 8, WideWidth = 64;

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

    /// <summary>The convolution as torch defines it, for a step of training: the same values, and on a processor gradients in half the time where images are small.</summary>
    /// <remarks>
    /// oneDNN adds up the gradient of the weights along the rows of an image, 32 values of bfloat16 at a time, and most of an instruction is lost on rows of four or eight. So
    /// several images lie side by side, with columns of zeros between them, and what the convolution gives for these columns is dropped.
    /// </remarks>
    /// <param name="images">[count, channels, height, width], with channels running fastest in memory.</param>
    /// <param name="weight">[outputs, channels, height, width].</param>
    /// <param name="stride">The stride in both directions.</param>
    /// <param name="padding">The padding in both directions.</param>
    public static Tensor InTraining(Tensor images, Tensor weight, long stride, long padding)
    {
        (long count, long channels, long height, long width) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        int beside = images.dtype == ScalarType.BFloat16 && images.device_type == global::TorchSharp.DeviceType.CPU && width <= LargestSmallWidth && weight.shape[3] > 1
            ? LargestDivisor(count, (int)(WideWidth / width))
            : 1;
        if (beside == 1)
            return Apply(images, weight, null, [stride, stride], [padding, padding]);
        // Every image begins at a multiple of the stride.
        long apart = (width + padding + stride - 1) / stride * stride, outputs = weight.shape[0];
        Tensor pixels = images.permute(0, 2, 3, 1).reshape(-1, beside, height, width, channels).transpose(1, 2);
        Tensor wide = pad(pixels, [0, 0, 0, apart - width]).reshape(-1, height, beside * apart, channels).permute(0, 3, 1, 2);
        Tensor result = Apply(wide, weight, null, [stride, stride], [padding, padding]).permute(0, 2, 3, 1);
        (height, width) = ((height + 2 * padding - weight.shape[2]) / stride + 1, (width + 2 * padding - weight.shape[3]) / stride + 1);
        return result.narrow(2, 0, beside * apart / stride).reshape(-1, height, beside, apart / stride, outputs).narrow(3, 0, width).transpose(1, 2)
            .reshape(count, height, width, outputs).permute(0, 3, 1, 2);
    }

    /// <summary>The largest divisor of a number that is not above a limit.</summary>
    private static int LargestDivisor(long number, int limit)
    {
        int divisor = limit;
        while (number % divisor != 0)
            divisor--;
        return divisor;
    }

    /// <summary>
    /// Images or weights with channels running fastest in memory; the dimensions do not change. A convolution of such images gives such images and needs no reordering.
    /// </summary>
    public static Tensor ChannelsLast(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
