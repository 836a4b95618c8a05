using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Numbers from attributes: LightGBM behind ablations, smoothed by the median.</summary>
/// <param name="options">How it is smoothed.</param>
/// <param name="seed">The seed of the training.</param>
internal sealed class RegressionTask(SmoothedRegressorOptions options, int seed) : TableTask(seed)
{
    public override IEstimator<ITransformer> Pipeline(MLContext ml, TablePlan plan, TableAblation ablation)
    {
        var trees = new LightGbmRegressionTrainer.Options { LabelColumnName = LabelName, FeatureColumnName = FeaturesName, Seed = Seed };
        IEstimator<ITransformer> regressor = Ablate(ml, plan, ablation, classes: null).Append(ml.Regression.Trainers.LightGbm(trees));
        return Attributes(ml, plan)
            .Append(ml.Transforms.CopyColumns(LabelName, plan.Label.Name))
            .Append(ml.Transforms.SmoothedRegressor(regressor, options, ablation.TrainingCopies));
    }
}
