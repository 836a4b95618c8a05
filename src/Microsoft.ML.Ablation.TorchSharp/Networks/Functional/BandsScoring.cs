using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="BandsArchitecture"/>, in float32, with batch normalisation folded into the convolutions.</summary>
internal sealed class BandsScoring : ScoringNetwork
{
    private readonly BandsArchitecture _architecture;

    private BandsScoring(BandsArchitecture architecture, NetworkShape shape, Tensor[] weights, ScoringArithmetic arithmetic)
        : base(shape, weights, arithmetic) => _architecture = architecture;

    public override long WorkingValues => Shape.Values + _architecture.LargestLayer(Shape);

    public override long? WorkingValuesOfMasks => WorkingValues + (long)_architecture.Masks * Shape.Classes;

    public static BandsScoring From(BandsArchitecture architecture, NetworkShape shape, IReadOnlyList<Tensor> weights)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] folded = [.. ((Tensor[])[.. BandsArchitecture.Fold(weights), weights[^2], weights[^1], weights[0]]).Select(weight => weight.detach().clone().DetachFromDisposeScope())];
        return new BandsScoring(architecture, shape, folded, ScoringArithmetic.For(ScalarType.Float32, weights[0].device));
    }

    protected internal override Tensor Compute(Tensor images) => _architecture.OfOwnBands(Weights[^1], images.contiguous(), Score(images.contiguous()));

    protected override Tensor ComputeMasks(Tensor whole, MaskSet set) => Score(whole);

    protected override ScoringNetwork MakeCopy() => new BandsScoring(_architecture, Shape, Clones(), Arithmetic);

    private Tensor Score(Tensor images) => _architecture.Score(images, Weights[^3], Weights[^2], (input, network, layer) => BandsArchitecture.Convolve(Weights, input, network, layer));
}
