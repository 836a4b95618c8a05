using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="MirroredArchitecture"/>.</summary>
/// <param name="inner">The other network's; this one becomes its owner.</param>
internal sealed class MirroredScoring(ScoringNetwork inner) : ScoringNetwork(inner.Shape, inner.Weights, inner.Arithmetic)
{
    public override long WorkingValues => Shape.Values + 2 * inner.WorkingValues;

    protected internal override Tensor Compute(Tensor images)
        // The twins have channels running fastest again, as the other network wants them.
        => MirroredArchitecture.MeanOfTwins(inner.Compute(Convolution.ChannelsLast(MirroredArchitecture.WithTwins(images))));

    protected override ScoringNetwork MakeCopy() => new MirroredScoring(inner.Copy());

    protected override void Release() => inner.Dispose();
}
