using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The moving average of a network's parameters and running statistics over the steps (Polyak and Juditsky 1992, with exponential
/// decay): after step t, (1 − d) / (1 − dᵗ) · Σᵢ dᵗ⁻ⁱ θᵢ over the steps i = 1 … t.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;

    /// <param name="architecture">The layers.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="weights">The average so far; the first step replaces it.</param>
    /// <param name="device">The device.</param>
    /// <param name="decay">d, above 0 and below 1.</param>
    public WeightAverage(NetworkArchitecture architecture, NetworkShape shape, IReadOnlyList<float[]> weights, Device device, double decay)
    {
        Network = architecture.Create(shape, weights, device);
        _decay = decay;
    }

    /// <summary>The network with the averaged parameters.</summary>
    public AblationNetwork Network { get; }

    /// <summary>Includes the parameters after a step.</summary>
    /// <param name="trained">The network after the step.</param>
    /// <param name="step">The number of the step, from 1.</param>
    public void Follow(AblationNetwork trained, long step)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        double share = (1 - _decay) / (1 - Math.Pow(_decay, step));
        for (int i = 0; i < trained.Parameters.Count; i++)
        {
            // Counters are copied, because they have no average.
            if (trained.Parameters[i].dtype == ScalarType.Float32)
                Network.Parameters[i].mul_(1 - share).add_(trained.Parameters[i], alpha: share);
            else
                Network.Parameters[i].copy_(trained.Parameters[i]);
        }
    }

    public void Dispose() => Network.Dispose();
}
