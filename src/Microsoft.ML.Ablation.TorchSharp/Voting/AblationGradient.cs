using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>The gradient of a network's margin over ablations of a row, with respect to the row's values.</summary>
internal static class AblationGradient
{
    /// <summary>
    /// The margin p_y − max p_j, j ≠ y, of the mean softmax probabilities over some ablations, and its gradient.
    /// </summary>
    /// <param name="network">The network, in float32.</param>
    /// <param name="encoder">Encodes rows.</param>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="retained">The retained positions of each ablation.</param>
    /// <param name="label">y.</param>
    /// <param name="gradient">Receives the derivative with respect to each value.</param>
    public static double Margin(AblationNetwork network, AblationEncoder encoder, ReadOnlySpan<float> planar, IReadOnlyList<int[]> retained, int label,
        Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = enable_grad();
        ImageShape shape = encoder.Layout.Shape;
        long[] one = [1, shape.Channels, shape.Height, shape.Width];
        Tensor row = TensorMemory.Copy<float>(planar, one, ScalarType.Float32, network.Device).requires_grad_();
        Tensor seen = Masks(retained, shape).to(network.Device);
        Tensor values = encoder.Encoding == AblationEncoding.Complement ? cat([row, 1 - row], dim: 1) : row;
        Tensor nothing = tensor(encoder.Null.ToArray(), [1, encoder.EncodedChannels, 1, 1], device: network.Device);
        Tensor mean = network.Forward(values * seen + nothing * (1 - seen)).softmax(1).mean([0L]);
        Tensor others = mean.clone();
        others[label] = float.NegativeInfinity;
        Tensor margin = mean[label] - others.max();
        // With respect to the row alone: the network's own gradients do not change.
        TensorMemory.Read(autograd.grad([margin], [row])[0]).CopyTo(gradient);
        return margin.item<float>();
    }

    /// <summary>1 at retained positions, else 0: [count, 1, height, width].</summary>
    private static Tensor Masks(IReadOnlyList<int[]> retained, ImageShape shape)
    {
        var masks = new float[retained.Count * shape.Positions];
        for (int i = 0; i < retained.Count; i++)
        {
            foreach (int position in retained[i])
                masks[i * shape.Positions + position] = 1;
        }
        return tensor(masks, [retained.Count, 1, shape.Height, shape.Width]);
    }
}
