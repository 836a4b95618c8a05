using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TrainingRecipesTests
{
    [TestMethod]
    public void Mnist_is_as_in_tables_1_and_2() => IsAsInTheAppendix(TrainingRecipes.PaperMnist(), ImageNetwork.Convolutional,
        batchSize: 128, weightDecay: 0, (200, 0.01), (200, 0.001));

    [TestMethod]
    public void Cifar_10_is_as_in_table_3() => IsAsInTheAppendix(TrainingRecipes.PaperCifar10(), ImageNetwork.ResNet18,
        batchSize: 128, weightDecay: 0.0005, (200, 0.01), (200, 0.001));

    [TestMethod]
    public void ImageNet_is_as_in_table_4() => IsAsInTheAppendix(TrainingRecipes.PaperImageNet(), ImageNetwork.ResNet50,
        batchSize: 256, weightDecay: 0.0001, (21, 0.1), (10, 0.01), (5, 0.001));

    [TestMethod]
    public void A_recipe_is_changed_as_options_of_certifiers_are()
    {
        Options recipe = TrainingRecipes.FixedMasks();
        Options shorter = recipe with { Epochs = recipe.Epochs + 1 };
        Assert.AreEqual(recipe.Epochs + 1, shorter.Epochs);
        Assert.AreEqual(recipe, shorter with { Epochs = recipe.Epochs });
    }

    private static void IsAsInTheAppendix(Options options, ImageNetwork network, int batchSize, double weightDecay,
        params (int Epochs, double LearningRate)[] phases)
    {
        Assert.AreEqual(network, options.Network);
        Assert.AreEqual(batchSize, options.BatchSize);
        // Its momentum, 0.9, is tested with its other numbers in UpdateRuleTests.
        Assert.AreEqual(TrainingOptimizer.Sgd, options.Optimizer);
        Assert.AreEqual(weightDecay, options.WeightDecay);
        Assert.AreEqual(phases.Sum(phase => phase.Epochs), options.Epochs);
        int epoch = 0;
        foreach ((int epochs, double learningRate) in phases)
        {
            // The first step of the phase and one close to the end of its last epoch.
            foreach (double time in new[] { epoch, epoch + epochs - 1e-6 })
                Assert.AreEqual(learningRate, options.HighestLearningRate * options.Schedule.FactorAt(time, options.Epochs), 1e-17, $"epoch {time}");
            epoch += epochs;
        }

        // Of the published code: a mask per batch, all rows trained on; nothing else is added.
        Assert.AreEqual(MaskSharing.PerBatch, options.MaskSharing);
        Assert.AreEqual(0, options.ValidationFraction);
        Assert.AreEqual((0.0, 0.0, null, null, false), (options.LabelSmoothing, options.WeightAveraging, options.GradientClipping,
            options.Patience, options.MixedPrecision));
        new MLContext().MulticlassClassification.Trainers.AblatedImageClassification(options);
    }
}
