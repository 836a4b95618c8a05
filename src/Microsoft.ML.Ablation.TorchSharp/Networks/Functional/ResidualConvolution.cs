namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A square convolution of a residual network; its padding keeps the side at stride 1.</summary>
/// <param name="Name">Its name among the parameters.</param>
/// <param name="Inputs">Channels that go in.</param>
/// <param name="Outputs">Channels that come out.</param>
/// <param name="Kernel">Side of the kernel, odd.</param>
/// <param name="Stride">Stride in both directions.</param>
internal sealed record ResidualConvolution(string Name, int Inputs, int Outputs, int Kernel, int Stride)
{
    public int Padding => Kernel / 2;

    /// <summary>The side of the output for a side of the input.</summary>
    public int SideAfter(int side) => (side - 1) / Stride + 1;
}
