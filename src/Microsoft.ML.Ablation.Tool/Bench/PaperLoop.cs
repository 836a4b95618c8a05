using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// The baseline: votes as the paper's published program counts them. The image is repeated for all samples, positions are drawn
/// column by column with tensor operations, the whole batch goes through the network in float32, and the mean of the
/// one-hot answers gives the shares.
/// </summary>
/// <param name="network">The network as it was trained, in float32.</param>
/// <param name="retainedPixels">k.</param>
internal sealed class PaperLoop(AblationNetwork network, int retainedPixels) : IDisposable
{
    private readonly Generator _generator = new(1);

    /// <summary>Vote shares of the classes, [classes].</summary>
    /// <param name="image">A grey image, in [0, 1].</param>
    /// <param name="samples">The number of ablations.</param>
    public float[] VoteShares(float[] image, int samples)
    {
        using var scope = NewDisposeScope();
        using IDisposable gradient = no_grad();
        NetworkShape shape = network.Shape;
        Tensor repeated = TensorMemory.Copy<float>(image, [1, image.Length], ScalarType.Float32, network.Device).repeat(samples, 1);
        Tensor retained = DrawPositions(image.Length, retainedPixels, samples, _generator);
        Tensor ink = zeros_like(repeated).scatter_(1, retained, repeated.gather(1, retained));
        Tensor paper = zeros_like(repeated).scatter_(1, retained, 1 - repeated.gather(1, retained));
        Tensor ablated = stack([ink, paper], 1).reshape(samples, 2, shape.Height, shape.Width);
        Tensor answers = Forward(ablated).argmax(1);
        Tensor oneHot = zeros(samples, shape.Classes).scatter_(1, answers.unsqueeze(1), ones(samples, 1));
        return TensorMemory.Read(oneHot.mean([0]));
    }

    /// <summary>Layers one after the other, each with an output of its own.</summary>
    private Tensor Forward(Tensor images)
    {
        IReadOnlyList<Tensor> p = network.Parameters;
        Tensor x = relu(conv2d(images, p[0], p[1], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding));
        x = relu(conv2d(x, p[2], p[3], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding));
        x = relu(linear(x.flatten(1), p[4], p[5]));
        return linear(relu(linear(x, p[6], p[7])), p[8], p[9]);
    }

    /// <summary>
    /// Column i is a number below d − i, read as a rank among the positions that the columns before have left: it grows by the
    /// number of earlier positions not above it, until that number stays the same.
    /// </summary>
    public static Tensor DrawPositions(int positions, int retainedPixels, int samples, Generator generator)
    {
        Tensor retained = zeros([samples, retainedPixels], ScalarType.Int64);
        for (int i = 0; i < retainedPixels; i++)
        {
            using var scope = NewDisposeScope();
            Tensor rank = randint(0, positions - i, [samples], ScalarType.Int64, generator: generator);
            Tensor position = rank;
            if (i > 0)
            {
                Tensor earlier = retained.narrow(1, 0, i);
                Tensor passed = zeros([samples], ScalarType.Int64);
                while (true)
                {
                    Tensor now = earlier.le((rank + passed).unsqueeze(1)).sum(1);
                    bool settled = now.Equals(passed);
                    passed = now;
                    if (settled)
                        break;
                }
                position = rank + passed;
            }
            retained.select(1, i).copy_(position);
        }
        return retained;
    }

    public void Dispose() => _generator.Dispose();
}
