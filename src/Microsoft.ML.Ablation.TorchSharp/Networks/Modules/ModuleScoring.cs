using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The scoring form of a module of the user's: all its layers compute in the number format of scoring, whether or not the
/// processor has instructions for it, on images with the memory layout of training. The only exception
/// are convolutions that <see cref="ModuleArchitecture.MakeScoring"/> protects.
/// </summary>
internal sealed class ModuleScoring : ScoringNetwork
{
    private readonly ModuleArchitecture _architecture;
    private readonly nn.Module<Tensor, Tensor> _module;

    private ModuleScoring(ModuleArchitecture architecture, NetworkShape shape, nn.Module<Tensor, Tensor> module, ScalarType precision)
        : base(shape, architecture.StateOf(module, shape), new ScoringArithmetic(precision, precision)) =>
        (_architecture, _module) = (architecture, module);

    // The image twice: with channels running fastest, as votes have it, and with the layout of training.
    public override long WorkingValues => Shape.Values + _architecture.Describe(Shape).WorkingValues;

    /// <summary>Makes a module with these weights.</summary>
    /// <param name="architecture">Makes it.</param>
    /// <param name="shape">Its input and output.</param>
    /// <param name="weights">Its tensors in another module; they are copied.</param>
    /// <param name="precision">The number format of scoring.</param>
    public static ModuleScoring From(ModuleArchitecture architecture, NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision) =>
        new(architecture, shape, architecture.MakeScoring(shape, weights, precision), precision);

    protected internal override Tensor Compute(Tensor images) => _module.call(images.contiguous()).to(ScalarType.Float32);

    protected override ScoringNetwork MakeCopy() => From(_architecture, Shape, Weights, Precision);

    protected override void Release() => _module.Dispose();
}
