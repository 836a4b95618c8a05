using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The margin of a row's true class over some ablations, and its gradient.</summary>
/// <param name="target">The model, at the row under attack.</param>
/// <param name="model">The base classifier.</param>
/// <param name="encoder">Encodes its input.</param>
/// <param name="ablations">Chooses retained positions: of a number of ablations, from a first one on.</param>
internal sealed class GradientSource(AttackTarget target, IGradientClassifier model, AblationEncoder encoder, Func<uint, int, int[][]> ablations)
{
    private readonly float[] _planar = new float[encoder.Layout.Shape.Values];
    private readonly float[] _slopes = new float[encoder.Layout.Shape.Values];
    private uint _drawn;

    /// <summary>The margin over ablations that follow those of the last call.</summary>
    /// <param name="candidate">The features, in the order of the column's slots.</param>
    /// <param name="count">The most ablations; fixed masks may be fewer.</param>
    /// <returns>The margin, and its derivative by each slot.</returns>
    public (double Margin, float[] Gradient) Margin(float[] candidate, int count)
    {
        target.ReadPlanar(candidate, _planar);
        int[][] retained = ablations(_drawn, count);
        _drawn += (uint)count;
        double margin = model.Margin(encoder, _planar, retained, target.Label, _slopes);
        target.Count(retained.Length);
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
