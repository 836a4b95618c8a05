namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The margin of a plain classifier: a difference of scores, or ±1 if it has no scores.</summary>
internal sealed class PlainMargin(AttackTarget target) : IMargin
{
    public double Uncertainty => 0;

    public double Of(float[] candidate)
    {
        (int answer, float[]? scores) = target.AskForScores(candidate);
        if (answer != target.Label)
            return scores is null ? -1 : Math.Min(0, Margin(scores));
        // A tie that the model decides for the true class is not adversarial.
        return scores is null ? 1 : Math.Max(double.Epsilon, Margin(scores));
    }

    public void Accept()
    {
    }

    private double Margin(float[] scores) => scores[target.Label] - scores.Where((_, index) => index != target.Label).Max();
}
