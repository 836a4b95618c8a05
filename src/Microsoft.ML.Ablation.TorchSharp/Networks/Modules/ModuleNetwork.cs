using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A module of the user's; its persistent buffers count among the parameters.</summary>
internal sealed class ModuleNetwork : AblationNetwork
{
    private readonly ModuleArchitecture _architecture;
    private readonly nn.Module<Tensor, Tensor> _module;
    private bool _training;

    /// <param name="architecture">Made the module.</param>
    /// <param name="shape">Its input and output.</param>
    /// <param name="module">The network becomes its owner.</param>
    /// <param name="state">Its tensors, in the order of <see cref="NetworkArchitecture.ParametersOf"/>.</param>
    public ModuleNetwork(ModuleArchitecture architecture, NetworkShape shape, nn.Module<Tensor, Tensor> module, IReadOnlyList<Tensor> state)
        : base(architecture, shape, state, [.. state.Where(tensor => tensor.requires_grad)])
    {
        (_architecture, _module) = (architecture, module);
        module.eval();
    }

    protected override Tensor Compute(Tensor images, bool training)
    {
        // Only when it changes, because the call visits every submodule.
        if (training != _training)
            _module.train(_training = training);
        return _module.call(images);
    }

    protected override ScoringNetwork MakeScoring(ScalarType precision) => ModuleScoring.From(_architecture, Shape, Parameters, precision);

    protected override void Release() => _module.Dispose();
}
