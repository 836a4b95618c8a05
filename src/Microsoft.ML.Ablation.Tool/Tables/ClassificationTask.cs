using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Classes from attributes: LightGBM behind ablations, smoothed by votes.</summary>
/// <param name="options">How it is smoothed.</param>
/// <param name="seed">The seed of the training.</param>
internal sealed class ClassificationTask(SmoothedCertifierOptions options, int seed) : TableTask(seed)
{
    public override IEstimator<ITransformer> Pipeline(MLContext ml, TablePlan plan, TableAblation ablation)
    {
        var trees = new LightGbmMulticlassTrainer.Options
        {
            LabelColumnName = LabelName,
            FeatureColumnName = FeaturesName,
            ExampleWeightColumnName = TableClasses.WeightName,
            Seed = Seed,
        };
        IEstimator<ITransformer> classifier = Ablate(ml, plan, ablation, classes: LabelName).Append(ml.MulticlassClassification.Trainers.LightGbm(trees));
        return Attributes(ml, plan)
            .Append(TableClasses.Keys(ml, plan))
            .Append(ml.Transforms.SmoothedCertifier(classifier, options, ablation.TrainingCopies));
    }
}
