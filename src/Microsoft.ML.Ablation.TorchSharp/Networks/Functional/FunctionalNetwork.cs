using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network of this library.</summary>
internal sealed class FunctionalNetwork : AblationNetwork
{
    private readonly FunctionalArchitecture _architecture;
    private readonly bool[] _isRounded;

    /// <param name="architecture">Its layers.</param>
    /// <param name="shape">Its input and output.</param>
    /// <param name="specs">The parameters.</param>
    /// <param name="weights">One tensor per parameter; the network becomes their owner.</param>
    public FunctionalNetwork(FunctionalArchitecture architecture, NetworkShape shape, IReadOnlyList<ParameterSpec> specs, Tensor[] weights)
        : base(architecture, shape, weights, [.. weights.Where((_, index) => specs[index].IsTrained)])
    {
        _architecture = architecture;
        _isRounded = [.. specs.Select((spec, index) => spec.Role == ParameterRole.Weight && index < specs.Count - 2)];
    }

    /// <summary>
    /// Scores before softmax for a step of training in mixed precision (Micikevicius et al., ICLR 2018): all layers but the last
    /// compute in bfloat16 with copies of the weights; the weights, their gradients, normalisations and the last layer stay in
    /// float32.
    /// </summary>
    /// <param name="images">[count, channels, height, width] of float32, on the network's device.</param>
    /// <returns>[count, classes] of float32.</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor ForwardInMixedPrecision(Tensor images)
    {
        CheckAlive();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_architecture.Forward(Rounded(), images.to(ScalarType.BFloat16), training: true));
    }

    /// <summary><see cref="AblationNetwork.ForwardMasks"/> for a step of training in mixed precision.</summary>
    /// <param name="whole">Encoded whole images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <param name="set">The masks.</param>
    /// <param name="masks">The indices of some, [masks] of Int64; null for all.</param>
    /// <returns>[count, masks, classes] of float32.</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor ForwardMasksInMixedPrecision(Tensor whole, MaskSet set, Tensor? masks)
    {
        CheckAlive();
        using var scope = NewDisposeScope();
        Tensor[] weights = Rounded();
        return scope.MoveToOuter(_architecture.ForwardMasks(weights, whole.to(ScalarType.BFloat16), set, masks, training: true)
            ?? _architecture.Forward(weights, set.Ablate(whole, masks).to(ScalarType.BFloat16), training: true).reshape(whole.shape[0], -1, Shape.Classes));
    }

    protected override Tensor? ComputeMasks(Tensor whole, MaskSet set, Tensor? masks, bool training)
        => _architecture.ForwardMasks(Parameters, whole, set, masks, training);

    protected override Tensor Compute(Tensor images, bool training) => _architecture.Forward(Parameters, images, training);

    protected override ScoringNetwork MakeScoring(ScalarType precision) => _architecture.ToScoring(Shape, Parameters, precision);

    private Tensor[] Rounded() => [.. Parameters.Select((weight, index) => _isRounded[index] ? weight.to(ScalarType.BFloat16) : weight)];
}
