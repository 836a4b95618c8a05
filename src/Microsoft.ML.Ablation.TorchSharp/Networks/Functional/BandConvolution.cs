using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A convolution of <see cref="BandsArchitecture"/>: along the band with padding, across it without.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Stride">The stride along the band.</param>
/// <param name="IsResidual">Whether its input is added to its output.</param>
internal sealed record BandConvolution(int Outputs, int Stride, bool IsResidual)
{
    /// <summary>The length of the kernel along the band.</summary>
    public const int Along = 3;

    /// <summary>The length of the output for a given length of the input.</summary>
    public int LengthAfter(int length) => (length - 1) / Stride + 1;

    public Tensor Apply(Tensor input, Tensor weight) => Convolution.Apply(input, weight, bias: null, [Stride, 1], [Along / 2, 0]);
}
