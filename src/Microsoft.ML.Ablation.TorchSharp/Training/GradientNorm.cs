using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Limits the norm of gradients.</summary>
internal static class GradientNorm
{
    /// <summary>
    /// Scales gradients down so that their L2 norm over all parameters together is at most a limit (Pascanu et al. 2013).
    /// </summary>
    public static void Clip(IReadOnlyList<Tensor> parameters, double largest)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        double norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        if (!(norm > largest))
            return;
        foreach (Tensor gradient in gradients)
            gradient.mul_(largest / norm);
    }
}
