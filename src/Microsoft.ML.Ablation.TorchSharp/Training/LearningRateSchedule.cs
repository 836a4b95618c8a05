namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Learning rates as functions of the step.</summary>
internal static class LearningRateSchedule
{
    private const double WarmUpShare = 0.3;
    private const double FirstShare = 1.0 / 25;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="recipe">Which schedule.</param>
    /// <param name="highest">The highest learning rate.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">All steps of the training.</param>
    public static double At(TrainingRecipe recipe, double highest, long step, long steps)
    {
        double done = Math.Clamp((double)step / Math.Max(1, steps), 0, 1);
        return highest * (recipe == TrainingRecipe.AdamOneCycle ? OneCycle(done) : done < 0.5 ? 1 : 0.1);
    }

    /// <summary>Smith 2018: linearly from 1/25 to 1, then down to 0 as half a cosine.</summary>
    private static double OneCycle(double done) => done < WarmUpShare
        ? FirstShare + (1 - FirstShare) * done / WarmUpShare
        : 0.5 * (1 + Math.Cos(Math.PI * (done - WarmUpShare) / (1 - WarmUpShare)));
}
