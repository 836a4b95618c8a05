namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The margin of a classifier that answers at once: between scores where it has them, else ±1.</summary>
internal sealed class PlainMargin(AttackTarget target) : IMargin
{
    public double Doubt => 0;

    public double Of(float[] candidate)
    {
        (int answer, float[]? scores) = target.AskForScores(candidate);
        if (answer != target.Label)
            return scores is null ? -1 : Math.Min(0, Margin(scores));
        // Equal scores that the model still decides for the true class are not adversarial.
        return scores is null ? 1 : Math.Max(double.Epsilon, Margin(scores));
    }

    public void MoveThere()
    {
    }

    private double Margin(float[] scores) => scores[target.Label] - scores.Where((_, index) => index != target.Label).Max();
}
