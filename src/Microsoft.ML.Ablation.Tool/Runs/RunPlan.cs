using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A <see cref="SamplingPlan"/> in a run's manifest.</summary>
/// <param name="SelectionCount">n0.</param>
/// <param name="FirstLook">Votes of the second stage at the first look; null for a plan with a fixed number.</param>
/// <param name="EstimationCount">n, at most.</param>
/// <param name="RadiusTolerance">Pixels of radius that may be given up.</param>
/// <param name="TargetRadius">The one radius of interest.</param>
internal sealed record RunPlan(int SelectionCount, int? FirstLook, int EstimationCount, int RadiusTolerance, int? TargetRadius)
{
    public static RunPlan Of(SamplingPlan plan) => new(plan.SelectionCount, plan.Looks.Count == 1 ? null : plan.Looks[0], plan.EstimationCount,
        plan.RadiusTolerance, plan.TargetRadius);

    public SamplingPlan ToPlan() => FirstLook is { } first
        ? SamplingPlan.Adaptive(SelectionCount, first, EstimationCount, RadiusTolerance, TargetRadius)
        : SamplingPlan.Fixed(SelectionCount, EstimationCount);
}
