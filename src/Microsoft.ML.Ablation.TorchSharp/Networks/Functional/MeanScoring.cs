using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="MeanArchitecture"/>.</summary>
/// <param name="parts">Those of the networks; this one becomes their owner.</param>
internal sealed class MeanScoring(ScoringNetwork[] parts) : ScoringNetwork(parts[0].Shape, [.. parts.SelectMany(part => part.Weights)], parts[0].Arithmetic)
{
    // One after the other.
    public override long WorkingValues => Shape.Values + parts.Max(part => part.WorkingValues) + parts.Length * Shape.Classes;

    protected internal override Tensor Compute(Tensor images) => MeanArchitecture.MeanOf([.. parts.Select(part => part.Compute(images))]);

    protected override ScoringNetwork MakeCopy() => new MeanScoring([.. parts.Select(part => part.Copy())]);

    protected override void Release()
    {
        foreach (ScoringNetwork part in parts)
            part.Dispose();
    }
}
