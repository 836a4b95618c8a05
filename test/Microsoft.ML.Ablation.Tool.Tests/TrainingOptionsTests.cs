using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.TorchSharp;
using CliCommand = System.CommandLine.Command;
using Trainer = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class TrainingOptionsTests
{
    /// <summary>What <c>train</c> makes of these options.</summary>
    private static TrainingSettings Read(params string[] arguments)
    {
        var command = new CliCommand("train");
        var training = new TrainingOptions();
        var recipe = new RecipeOptions();
        training.AddTo(command);
        recipe.AddTo(command);
        ParseResult parsed = command.Parse(arguments);
        Assert.IsEmpty(parsed.Errors);
        TrainingSettings settings = training.Apply(parsed, recipe.Start(parsed));
        recipe.Apply(parsed, settings.Trainer);
        return settings;
    }

    private static void AreEqual(Trainer expected, Trainer actual)
    {
        foreach (System.Reflection.PropertyInfo option in typeof(Trainer).GetProperties().Where(option => option.Name != nameof(Trainer.Seed)))
            Assert.AreEqual(option.GetValue(expected), option.GetValue(actual), option.Name);
    }

    [TestMethod]
    public void Without_options_the_trainer_is_left_as_it_is()
    {
        TrainingSettings settings = Read();
        AreEqual(new Trainer(), settings.Trainer);
        Assert.AreEqual((1, 1, 45, null, 0, false), (settings.Seed, settings.Trainer.Seed, settings.Ablations.RetainedPixels, settings.TrainRows,
            settings.Crop, settings.Flip));
    }

    [TestMethod]
    public void Recipes_are_those_of_the_library_with_what_stands_before_the_trainer()
    {
        (string Name, Trainer Trainer, int Crop, bool Flip, bool IsImageNet)[] cases =
        [
            ("PaperMnist", TrainingRecipes.PaperMnist(), 0, false, false),
            ("PaperCifar10", TrainingRecipes.PaperCifar10(), 4, true, false),
            ("PaperImageNet", TrainingRecipes.PaperImageNet(), 0, true, true),
        ];
        foreach ((string name, Trainer trainer, int crop, bool flip, bool isImageNet) in cases)
        {
            TrainingSettings settings = Read("--recipe", name);
            AreEqual(trainer, settings.Trainer);
            Assert.AreEqual((crop, flip, isImageNet, isImageNet), (settings.Crop, settings.Flip, settings.ResizedCrop, settings.Normalize));
        }
    }

    [TestMethod]
    [DataRow("--masks", "7", "7 masks", false)]
    [DataRow("--bands", "4", "bands of 4 columns or rows", true)]
    [DataRow("--blocks", "12", "blocks of 12 × 12 pixels", true)]
    public void Fixed_masks_stand_in_place_of_k_and_have_a_training_of_their_own(string option, string size, string masks, bool againstPatches)
    {
        TrainingSettings settings = Read(option, size);
        Assert.AreEqual((null, masks, againstPatches), (settings.Ablations.RetainedPixels, settings.Ablations.Masks, settings.Ablations.AreAgainstPatches));
        Trainer usual = TrainingRecipes.FixedMasks();
        if (againstPatches)
            (usual.ContestPatch, usual.ContestWeight) = (5, 40);
        AreEqual(usual, settings.Trainer);
        Trainer convolutional = Read(option, size, "--network", "Convolutional", "--contest-patch", "0", "--contest-weight", "3").Trainer;
        Assert.AreEqual((ImageNetwork.Convolutional, 0, 3.0, null), (convolutional.Network, convolutional.MasksPerImage, convolutional.ContestWeight, convolutional.ContestPatch));
        Assert.IsNull(convolutional.LearningRate, "the learning rate of the recipe is for its own network");
    }

    [TestMethod]
    public void One_network_for_all_bands_has_a_training_of_its_own_too()
    {
        TrainingSettings settings = Read("--bands", "4", "--band-direction", "Columns", "--network", "Bands");
        Assert.AreEqual("bands of 4 columns", settings.Ablations.Masks);
        AreEqual(TrainingRecipes.Bands(), settings.Trainer);
        Trainer mixed = TrainingRecipes.Bands();
        (mixed.MixedPrecision, mixed.ContestPatch, mixed.Epochs) = (true, 7, 3);
        AreEqual(mixed, Read("--bands", "1", "--network", "Bands", "--mixed-precision", "--contest-patch", "7", "--epochs", "3").Trainer);
        Assert.Contains("--band-direction is given, but not --bands", Assert.ThrowsExactly<ArgumentException>(() => Read("--masks", "9", "--band-direction", "Rows")).Message);
    }

    [TestMethod]
    public void Options_stand_in_place_of_a_recipes_values_and_leave_the_others()
    {
        TrainingSettings settings = Read("--recipe", "PaperCifar10", "--epochs", "2", "--crop", "0", "--flip", "false");
        Trainer shorter = TrainingRecipes.PaperCifar10();
        shorter.Epochs = 2;
        AreEqual(shorter, settings.Trainer);
        Assert.AreEqual((0, false), (settings.Crop, settings.Flip));

        settings = Read("--recipe", "PaperMnist", "--epochs", "9", "--batch-size", "32", "--network", "ResNet50", "--optimizer", "Adam",
            "--learning-rate", "0.5", "--weight-decay", "0.25", "--schedule", "Cosine", "--warm-up", "1.5", "--validation-share", "0.125");
        AreEqual(new Trainer
        {
            Epochs = 9,
            BatchSize = 32,
            Network = ImageNetwork.ResNet50,
            Optimizer = TrainingOptimizer.Adam,
            LearningRate = 0.5,
            WeightDecay = 0.25,
            Schedule = LearningRateSchedule.Cosine.WithWarmUp(1.5),
            ValidationFraction = 0.125,
            MaskSharing = MaskSharing.PerBatch,
        }, settings.Trainer);
    }

    [TestMethod]
    [DataRow("Constant", "--schedule Constant")]
    [DataRow("OneCycle(0.3, 0.04)", "--schedule OneCycle")]
    [DataRow("Cosine", "--schedule cosine")]
    [DataRow("MultiStep(0.1, 3, 5)", "--schedule MultiStep --milestones 3,5")]
    [DataRow("MultiStep(0.1, 3)", "--milestones 3")]
    [DataRow("MultiStep(0.1, 3).WithWarmUp(2)", "--milestones 3 --warm-up 2")]
    [DataRow("OneCycle(0.3, 0.04).WithWarmUp(2)", "--warm-up 2")]
    [DataRow("MultiStep(0.1, 200).WithWarmUp(2)", "--recipe PaperMnist --warm-up 2")]
    [DataRow("MultiStep(0.1, 1)", "--recipe PaperMnist --milestones 1")]
    [DataRow("OneCycle(0.3, 0.04)", "--recipe PaperMnist --schedule OneCycle")]
    public void Schedules_are_read(string expected, string arguments) =>
        Assert.AreEqual(expected, Read(arguments.Split(' ')).Trainer.Schedule.ToString());

    [TestMethod]
    [DataRow(MaskSharing.PerSample, "--epochs 2")]
    [DataRow(MaskSharing.PerBatch, "--mask-sharing PerBatch")]
    [DataRow(MaskSharing.PerBatch, "--recipe PaperMnist")]
    [DataRow(MaskSharing.PerSample, "--recipe PaperMnist --mask-sharing PerSample")]
    public void Images_of_a_batch_share_an_ablation_where_that_is_wanted(MaskSharing expected, string arguments) =>
        Assert.AreEqual(expected, Read(arguments.Split(' ')).Trainer.MaskSharing);

    [TestMethod]
    [DataRow("--schedule MultiStep", "--schedule MultiStep needs --milestones")]
    [DataRow("--schedule Cosine --milestones 3", "--milestones needs --schedule MultiStep, but Cosine is given")]
    [DataRow("--milestones 5,3", "The milestones are 5, 3; they must be at least 1 and in ascending order")]
    [DataRow("--milestones 3 --warm-up 3", "it must be below the first milestone, 3")]
    [DataRow("--contest-target 0.8 --masks-per-image 2", "--contest-target needs --contest-weight")]
    [DataRow("--distillation-scale 2 --masks-per-image 2", "--distillation-scale needs --distillation")]
    public void Options_that_contradict_each_other_are_refused(string arguments, string told) =>
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Read(arguments.Split(' '))).Message, told);

    [TestMethod]
    [DataRow("--warm-up 20", "Schedule is OneCycle(0.3, 0.04).WithWarmUp(20) in 20 Epochs")]
    [DataRow("--recipe PaperMnist --patience 3", "Patience is 3 with ValidationFraction 0")]
    public void The_trainer_refuses_numbers_that_do_not_go_together(string arguments, string told) => StringAssert.Contains(
        Assert.Throws<ArgumentException>(() =>
            new MLContext().MulticlassClassification.Trainers.AblatedImageClassification(Read(arguments.Split(' ')).Trainer)).Message, told);
}
