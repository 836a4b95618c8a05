using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.FreshProcess;

/// <summary>A network as an application writes it: a convolution, batch normalisation, dropout, and scores for the classes.</summary>
public sealed class SmallNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>The name that it is registered under.</summary>
    public const string RegisteredName = "small";

    private readonly nn.Module<Tensor, Tensor> _convolution;
    private readonly nn.Module<Tensor, Tensor> _normalization;
    private readonly nn.Module<Tensor, Tensor> _dropout;
    private readonly nn.Module<Tensor, Tensor> _scores;

    public SmallNetwork(NetworkShape shape, double dropout = 0) : base(nameof(SmallNetwork))
    {
        _convolution = nn.Conv2d(shape.Channels, 8, 4, stride: 2, padding: 1);
        _normalization = nn.BatchNorm2d(8);
        _dropout = nn.Dropout(dropout);
        _scores = nn.Linear(8 * (shape.Height / 2) * (shape.Width / 2), shape.Classes);
        RegisterComponents();
    }

    public static SmallNetwork WithDropout(NetworkShape shape) => new(shape, dropout: 0.2);

    public override Tensor forward(Tensor images)
    {
        Tensor x = _normalization.call(_convolution.call(images)).relu();
        // A view, which needs the order in memory that images have in training.
        return _scores.call(_dropout.call(x.view(x.shape[0], -1)));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _convolution.Dispose();
            _normalization.Dispose();
            _dropout.Dispose();
            _scores.Dispose();
        }
        base.Dispose(disposing);
    }
}
