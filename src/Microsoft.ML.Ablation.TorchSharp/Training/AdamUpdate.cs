using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1, β₁ = 0.9, β₂ = 0.999, ε = 1e−8), with decoupled weight decay (Loshchilov and Hutter
/// 2019). It works in place, because the networks have few, large parameters, and passes over memory dominate the cost of a step.
/// </summary>
internal sealed class AdamUpdate : IUpdateRule
{
    private const double Decay1 = 0.9, Decay2 = 0.999, Epsilon = 1e-8;

    private readonly Tensor[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly double _weightDecay;
    private long _step;

    public AdamUpdate(IEnumerable<Tensor> parameters, double weightDecay)
    {
        using IDisposable _ = no_grad();
        _parameters = [.. parameters];
        _means = [.. _parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
        _squares = [.. _parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
        _weightDecay = weightDecay;
    }

    public IReadOnlyList<Tensor> State => [.. _means, .. _squares];

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        _step++;
        double rate = learningRate / (1 - Math.Pow(Decay1, _step));
        double scale = Math.Sqrt(1 - Math.Pow(Decay2, _step));
        for (int i = 0; i < _parameters.Length; i++)
        {
            // A module may skip a layer in a step.
            if (_parameters[i].grad is not { } gradient)
                continue;
            _means[i].mul_(Decay1).add_(gradient, alpha: 1 - Decay1);
            _squares[i].mul_(Decay2).addcmul_(gradient, gradient, 1 - Decay2);
            if (_weightDecay != 0)
                _parameters[i].mul_(1 - learningRate * _weightDecay);
            // θ ← θ − η · m̂ / (√v̂ + ε), with the bias corrections taken out of m̂ and v̂.
            Tensor root = _squares[i].sqrt().add_(Epsilon * scale);
            _parameters[i].addcdiv_(_means[i], root, -rate * scale);
        }
    }

    public void Restore(IReadOnlyList<float[]> state, long steps)
    {
        TensorMemory.Overwrite(State, state);
        _step = steps;
    }

    public void Dispose()
    {
        foreach (Tensor state in State)
            state.Dispose();
    }
}
