namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A square convolution of a residual network; its padding preserves the side at stride 1.</summary>
/// <param name="Name">Its name among the parameters.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Side of the kernel, odd.</param>
/// <param name="Stride">Stride in both directions.</param>
internal sealed record ResidualConvolution(string Name, int Inputs, int Outputs, int Kernel, int Stride)
{
    public int Padding => Kernel / 2;

    /// <summary>The side of the output for a given side of the input.</summary>
    public int SideAfter(int side) => (side - 1) / Stride + 1;
}
