namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Classes from the words of a text: maximum entropy over words and pairs of letters that ablations left, smoothed by votes.</summary>
/// <param name="options">How it is smoothed.</param>
/// <param name="seed">The seed of the training.</param>
internal sealed class TextTask(SmoothedCertifierOptions options, int seed) : TableTask(seed)
{
    private const string WordsName = "AblatedText";

    public override IEstimator<ITransformer> Pipeline(MLContext ml, TablePlan plan, TableAblation ablation)
    {
        string text = plan.Of(ColumnRole.Text).Single();
        IEstimator<ITransformer> words = ablation.Masks is { } masks
            ? ml.Transforms.WordPartitionAblation(masks, outputColumnName: WordsName, inputColumnName: text)
            : ml.Transforms.RandomWordAblation(new RandomWordAblationOptions { Share = ablation.Share!.Value, OutputColumnName = WordsName, InputColumnName = text, Seed = Seed });
        IEstimator<ITransformer> classifier = words.Append(ml.Transforms.Text.FeaturizeText(FeaturesName, WordsName))
            // The learner passes often over the rows; what ablations show it is the same in each pass.
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(LabelName, FeaturesName, TableClasses.WeightName));
        return TableClasses.Keys(ml, plan).Append(ml.Transforms.SmoothedCertifier(classifier, options, ablation.TrainingCopies));
    }
}
