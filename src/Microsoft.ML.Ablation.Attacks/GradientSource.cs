using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The margin of a row's true class over freshly drawn ablations, and its gradient.</summary>
/// <param name="target">The model, at the row under attack.</param>
/// <param name="model">The base classifier.</param>
/// <param name="encoder">Encodes its input.</param>
/// <param name="sampler">Draws the ablations.</param>
/// <param name="key">Their key.</param>
internal sealed class GradientSource(AttackTarget target, IGradientClassifier model, AblationEncoder encoder, SubsetSampler sampler, AblationKey key)
{
    private readonly float[] _planar = new float[encoder.Layout.Shape.Values];
    private readonly float[] _slopes = new float[encoder.Layout.Shape.Values];

    /// <param name="candidate">The features, in the order of the column's slots.</param>
    /// <param name="first">The first ablation.</param>
    /// <param name="count">Number of ablations.</param>
    /// <returns>The margin, and its derivative by each slot.</returns>
    public (double Margin, float[] Gradient) Margin(float[] candidate, uint first, int count)
    {
        target.ReadPlanar(candidate, _planar);
        int[][] retained = [.. Enumerable.Range(0, count).Select(i => sampler.Sample(key, AblationStage.View, first + (uint)i).ToArray())];
        double margin = model.Margin(encoder, _planar, retained, target.Label, _slopes);
        target.Count(count);
        var gradient = new float[candidate.Length];
        FeatureLayout layout = target.Layout;
        for (int position = 0; position < layout.Positions; position++)
        {
            for (int channel = 0; channel < layout.Channels; channel++)
                gradient[layout.SlotOf(position, channel)] = _slopes[channel * layout.Positions + position];
        }
        return (margin, gradient);
    }
}
