using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Stochastic gradient descent with momentum 0.9, weight decay added to the gradient.</summary>
internal sealed class SgdUpdate : IUpdateRule
{
    private const double Momentum = 0.9;

    private readonly Tensor[] _parameters;
    private readonly Tensor[] _velocities;
    private readonly double _weightDecay;

    public SgdUpdate(IEnumerable<Tensor> parameters, double weightDecay)
    {
        using IDisposable _ = no_grad();
        _parameters = [.. parameters];
        _velocities = [.. _parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
        _weightDecay = weightDecay;
    }

    public IReadOnlyList<Tensor> State => _velocities;

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            // A module may skip a layer in a step.
            if (_parameters[i].grad is not { } gradient)
                continue;
            _velocities[i].mul_(Momentum).add_(gradient, alpha: 1);
            if (_weightDecay != 0)
                _velocities[i].add_(_parameters[i], alpha: _weightDecay);
            _parameters[i].add_(_velocities[i], alpha: -learningRate);
        }
    }

    public void Restore(IReadOnlyList<float[]> state, long steps) => TensorMemory.Overwrite(_velocities, state);

    public void Dispose()
    {
        foreach (Tensor velocity in _velocities)
            velocity.Dispose();
    }
}
