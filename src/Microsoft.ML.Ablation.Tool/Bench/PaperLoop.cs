using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// The baseline: votes as the paper's published program counts them. Images are repeated for all samples, positions are drawn
/// column by column with tensor operations, the whole batch goes through the network in float32, and the mean of the
/// one-hot answers gives the shares.
/// </summary>
/// <param name="network">The network as it was trained, in float32.</param>
/// <param name="retainedPixels">k.</param>
internal sealed class PaperLoop(AblationNetwork network, int retainedPixels) : IDisposable
{
    private readonly Generator _generator = new(1);

    /// <summary>Vote shares of the classes for each image.</summary>
    /// <param name="images">Grey images, in [0, 1]; all their samples are one batch.</param>
    /// <param name="samples">The number of ablations of each.</param>
    public float[][] VoteShares(float[][] images, int samples)
    {
        using var scope = NewDisposeScope();
        using IDisposable gradient = no_grad();
        NetworkShape shape = network.Shape;
        int rows = images.Length * samples, positions = shape.Height * shape.Width;
        Tensor batch = TensorMemory.Copy<float>(images.SelectMany(image => image).ToArray(), [images.Length, positions], ScalarType.Float32, network.Device);
        Tensor repeated = batch.repeat_interleave(samples, 0);
        Tensor retained = DrawPositions(positions, retainedPixels, rows, _generator);
        Tensor ink = zeros_like(repeated).scatter_(1, retained, repeated.gather(1, retained));
        Tensor paper = zeros_like(repeated).scatter_(1, retained, 1 - repeated.gather(1, retained));
        Tensor ablated = stack([ink, paper], 1).reshape(rows, 2, shape.Height, shape.Width);
        Tensor answers = Forward(ablated).argmax(1);
        Tensor oneHot = zeros(rows, shape.Classes).scatter_(1, answers.unsqueeze(1), ones(rows, 1));
        return [.. TensorMemory.Read(oneHot.reshape(images.Length, samples, shape.Classes).mean([1])).Chunk(shape.Classes)];
    }

    /// <summary>Layers one after the other, each with an output of its own, and each output freed when the next layer has read it.</summary>
    private Tensor Forward(Tensor images)
    {
        IReadOnlyList<Tensor> p = network.Parameters;
        Tensor x = images;
        foreach (Func<Tensor, Tensor> layer in (Func<Tensor, Tensor>[])
            [
                x => conv2d(x, p[0], p[1], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding), x => relu(x),
                x => conv2d(x, p[2], p[3], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding), x => relu(x),
                x => linear(x.flatten(1), p[4], p[5]), x => relu(x), x => linear(x, p[6], p[7]), x => relu(x), x => linear(x, p[8], p[9]),
            ])
        {
            using var scope = NewDisposeScope();
            Tensor next = layer(x).MoveToOuterDisposeScope();
            x.Dispose();
            x = next;
        }
        return x;
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
