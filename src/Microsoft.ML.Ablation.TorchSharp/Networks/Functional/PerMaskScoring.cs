using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="PerMaskArchitecture"/>, in float32.</summary>
internal sealed class PerMaskScoring : ScoringNetwork
{
    private readonly PerMaskArchitecture _architecture;

    private PerMaskScoring(PerMaskArchitecture architecture, NetworkShape shape, Tensor[] weights, ScoringArithmetic arithmetic)
        : base(shape, weights, arithmetic) => _architecture = architecture;

    // An ablated image finds its network's weights; they are copied for each.
    public override long WorkingValues => Shape.Values
        + (long)_architecture.Retained * _architecture.Channels * PerMaskArchitecture.Width + (long)PerMaskArchitecture.Width * (PerMaskArchitecture.Width + Shape.Classes);

    public override long? WorkingValuesOfMasks => Shape.Values + (long)_architecture.Masks * (_architecture.Retained * _architecture.Channels + 2 * PerMaskArchitecture.Width);

    public static PerMaskScoring From(PerMaskArchitecture architecture, NetworkShape shape, IReadOnlyList<Tensor> weights)
    {
        using IDisposable _ = no_grad();
        return new PerMaskScoring(architecture, shape, [.. weights.Select(weight => weight.detach().clone().DetachFromDisposeScope())],
            ScoringArithmetic.For(ScalarType.Float32, weights[0].device));
    }

    protected internal override Tensor Compute(Tensor images) => _architecture.Forward(Weights, images.contiguous(), training: false);

    protected override Tensor ComputeMasks(Tensor whole, MaskSet set)
        => PerMaskArchitecture.Layers([.. Weights.Skip(1)], _architecture.Gather(whole, Weights[0])).transpose(0, 1);

    protected override ScoringNetwork MakeCopy() => new PerMaskScoring(_architecture, Shape, Clones(), Arithmetic);
}
