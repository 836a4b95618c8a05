using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.FreshProcess;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public sealed class CustomNetworkTests
{
    private const string Plain = "small-without-dropout";

    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NetworkShape Shape = new(ToyImages.Channels, ToyImages.Height, ToyImages.Width, ToyImages.Classes);

    [ClassInitialize]
    public static void Register(TestContext _)
    {
        AblationNetworks.Register(SmallNetwork.RegisteredName, SmallNetwork.WithDropout);
        AblationNetworks.Register(Plain, shape => new SmallNetwork(shape));
    }

    [ClassCleanup]
    public static void Unregister()
    {
        AblationNetworks.Unregister(SmallNetwork.RegisteredName);
        AblationNetworks.Unregister(Plain);
    }

    private static Options With(string network, int epochs = 2)
    {
        Options options = ToyImages.FewEpochs(epochs);
        (options.CustomNetwork, options.ValidationFraction) = (network, 0);
        return options;
    }

    private static MulticlassPredictionTransformer<AblatedImageModelParameters> Fit(Options options, int rows = 100) =>
        Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(ToyImages.ToView(Ml, ToyImages.Make(rows)));

    private static float[][] WeightsAfter(Options options, int rows = 100)
    {
        using var model = Fit(options, rows);
        return model.Model.Network.ReadWeights();
    }

    private static void AreEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    /// <summary>What a network of this name holds under a name of its parameters and buffers.</summary>
    private static float[] Find(float[][] weights, string network, string parameter) =>
        weights[AblationNetworks.Get(network).ParametersOf(Shape).ToList().FindIndex(spec => spec.Name == parameter)];

    private static TransformerChain<SmoothedCertifierTransformer> CertifyDigits(Action<Options>? change = null)
    {
        Options options = With(SmallNetwork.RegisteredName, epochs: 3);
        change?.Invoke(options);
        var baseClassifier = Ml.Transforms.RandomAblation(k: 200, seed: 2)
            .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options));
        return Ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(50, 200), Seed = 1 }))
            .Fit(CertifiedToys.Train(Ml, 600));
    }

    private static string[] Report(ITransformer model) => CertifiedToys.Text(Ml, model.Transform(CertifiedToys.Test(Ml, 10)));

    /// <summary>Runs something that disposes all that it makes, and tells whether tensors are left.</summary>
    /// <remarks>
    /// <see cref="Tensor.TotalCount"/> counts a tensor that became a <c>Parameter</c> twice and takes it back once, so each module raises it
    /// by as much as one that is made and disposed by hand.
    /// </remarks>
    private static void LeavesNoTensor(Action<Func<NetworkShape, nn.Module<Tensor, Tensor>>> run)
    {
        long start = Tensor.TotalCount;
        using (NewDisposeScope())
            SmallNetwork.WithDropout(Shape).Dispose();
        long before = Tensor.TotalCount, each = before - start, made = 0;
        run(shape =>
        {
            made++;
            return SmallNetwork.WithDropout(shape);
        });
        Assert.IsGreaterThan(0, made);
        Assert.AreEqual(before + made * each, Tensor.TotalCount);
    }

    private static string Messages(Exception? e) => e is null ? "" : $"{e.Message} {Messages(e.InnerException)}";

    [TestMethod]
    [DataRow(ScoringPrecision.Auto, ScoringPrecision.Float32)]
    [DataRow(ScoringPrecision.BFloat16, ScoringPrecision.BFloat16)]
    public void It_trains_certifies_saves_and_loads_twice_with_the_same_votes(ScoringPrecision precision, ScoringPrecision settled)
    {
        using var stream = new MemoryStream();
        string[] report;
        using (var model = CertifyDigits(options => options.Precision = precision))
        {
            IDataView test = Ml.Data.Cache(model.Transform(CertifiedToys.Test(Ml, 60)));
            Assert.IsGreaterThan(0.3, Ml.MulticlassClassification.Evaluate(test).MicroAccuracy, "ten classes, so guessing gives 0.1");
            report = Report(model);
            Ml.Model.Save(model, test.Schema, stream);
        }
        ITransformer first = Ml.Model.Load(stream, out _);
        ITransformer second = new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(report, Report(first));
        ((IDisposable)first).Dispose();
        ((IDisposable)first).Dispose();
        CollectionAssert.AreEqual(report, Report(second));
        ((IDisposable)second).Dispose();

        Options toys = With(SmallNetwork.RegisteredName);
        toys.Precision = precision;
        using var plain = Fit(toys);
        Assert.AreEqual(settled, plain.Model.Precision);
    }

    [TestMethod]
    public void Training_loading_scoring_and_refusing_leave_no_tensor() => LeavesNoTensor(factory =>
    {
        const string name = "counted";
        AblationNetworks.Register(name, factory);
        Options options = With(name);
        (options.ValidationFraction, options.WeightAveraging) = (0.2, 0.9);
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(100));
        using var stream = new MemoryStream();
        using (var model = Fit(options))
        {
            long before = Tensor.TotalCount;
            Assert.AreEqual(100, model.Transform(data).GetColumn<float[]>("Score").Count());
            Assert.AreEqual(before, Tensor.TotalCount);
            Ml.Model.Save(model, data.Schema, stream);
        }
        ((IDisposable)Ml.Model.Load(stream, out _)).Dispose();
        options.CancellationToken = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Fit(options));
        AblationNetworks.Unregister(name);
        AblationNetworks.Register(name, shape => factory(shape with { Classes = shape.Classes + 1 }));
        Assert.Throws<Exception>(() => Ml.Model.Load(stream, out _));
        AblationNetworks.Unregister(name);
    });

    [TestMethod]
    public void A_fresh_process_needs_the_registration_and_then_gives_the_same_bits()
    {
        using var model = CertifyDigits();
        IDataView test = CertifiedToys.Test(Ml, 10);
        (int exitCode, string errors, string[] report) = FreshProcess.Transform(Ml, model, test, SmallNetwork.RegisteredName);
        Assert.AreEqual(0, exitCode, errors);
        CollectionAssert.AreEqual(Report(model), report);
        (exitCode, errors, _) = FreshProcess.Transform(Ml, model, test);
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, "No network is registered under the name 'small' (no name is registered). "
            + "Call AblationNetworks.Register(\"small\"");
    }

    [TestMethod]
    public void Loading_asks_for_what_is_not_registered_and_names_what_is_made_otherwise()
    {
        const string name = "loading";
        AblationNetworks.Register(name, shape => new SmallNetwork(shape));
        using var stream = new MemoryStream();
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(9));
        using (var model = Fit(With(name)))
        {
            Assert.IsTrue(AblationNetworks.Unregister(name));
            Assert.IsFalse(AblationNetworks.Unregister(name));
            Assert.AreEqual(9, model.Transform(data).GetColumn<float[]>("Score").Count(), "a model keeps its network");
            Ml.Model.Save(model, data.Schema, stream);
        }
        StringAssert.Contains(Refusal(), $"Call AblationNetworks.Register(\"{name}\", ...) first");

        AblationNetworks.Register(name, shape => nn.Sequential(("flatten", nn.Flatten()), ("scores", nn.Linear(shape.Values, shape.Classes))));
        StringAssert.Contains(Refusal(), "have '_convolution.bias' of shape [8] where the network has 'scores.bias' of shape [3]");
        AblationNetworks.Unregister(name);

        AblationNetworks.Register(name, shape => new SmallNetwork(shape with { Classes = shape.Classes + 1 }));
        StringAssert.Contains(Refusal(), "gives [2, 4] of Float32 for 2 images of 2×8×6, but [2, 3] of Float32 is needed");
        AblationNetworks.Unregister(name);

        string Refusal() => Messages(Assert.Throws<Exception>(() => new MLContext().Model.Load(stream, out _)));
    }

    [TestMethod]
    public void A_name_is_for_one_factory_and_none_of_this_library_s()
    {
        const string name = "twice";
        Func<NetworkShape, nn.Module<Tensor, Tensor>> factory = shape => new SmallNetwork(shape);
        AblationNetworks.Register(name, factory);
        AblationNetworks.Register(name, factory);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => AblationNetworks.Register(name, shape => factory(shape))).Message,
            "'twice' already, with another factory");
        AblationNetworks.Unregister(name);
        AblationNetworks.Register(name, shape => factory(shape));
        AblationNetworks.Unregister(name);
        foreach (string reserved in new[] { "resnet18", "ResNet50", "convolutional", "conv4x4s2-64-128-fc-500-100" })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => AblationNetworks.Register(reserved, factory)).Message, reserved);
        Assert.ThrowsExactly<ArgumentException>(() => AblationNetworks.Register(" ", factory));
        Assert.ThrowsExactly<ArgumentNullException>(() => AblationNetworks.Register(name, null!));
    }

    [TestMethod]
    public void Options_that_do_not_go_with_it_are_refused()
    {
        Options options = With("never registered");
        StringAssert.Contains(Refusal(), "CustomNetwork is 'never registered'; allowed are null and names registered with AblationNetworks.Register ");
        StringAssert.Contains(Refusal(), SmallNetwork.RegisteredName);
        options = With(Plain);
        options.MixedPrecision = true;
        StringAssert.Contains(Refusal(), $"MixedPrecision is true with CustomNetwork '{Plain}'");

        string Refusal() => Assert.Throws<ArgumentException>(() => Fit(options)).Message;
    }

    public static IEnumerable<(string Told, Func<NetworkShape, nn.Module<Tensor, Tensor>> Factory)> UnfitModules =>
    [
        ("gives [2, 5] of Float32", shape => Linear(shape with { Classes = 5 })),
        ("gives [1, 3] of Float32", shape => Linear(shape, batch: false)),
        ("parameter 'scores.weight' of Float64", shape => Linear(shape, ScalarType.Float64)),
        ("has no parameter to train; call RegisterComponents()", _ => nn.Flatten()),
        ("has the buffer 'table' of Int64", shape => WithBuffer(shape, tensor((1L << 24) + 1))),
        ("has the buffer 'table' of Float64", shape => WithBuffer(shape, tensor(0.5, ScalarType.Float64))),
        ("returned null", _ => null!),
    ];

    private static nn.Module<Tensor, Tensor> Linear(NetworkShape shape, ScalarType type = ScalarType.Float32, bool batch = true) => nn.Sequential(
        ("flatten", batch ? nn.Flatten() : nn.Flatten(0)),
        ("scores", nn.Linear(batch ? shape.Values : 2 * shape.Values, shape.Classes, dtype: type)),
        ("rows", batch ? nn.Identity() : nn.Unflatten(0, [1, shape.Classes])));

    private static nn.Module<Tensor, Tensor> WithBuffer(NetworkShape shape, Tensor buffer)
    {
        var module = new SmallNetwork(shape);
        module.register_buffer("table", buffer);
        return module;
    }

    [TestMethod]
    [DynamicData(nameof(UnfitModules))]
    public void Modules_that_do_not_fit_are_told_before_training(string told, Func<NetworkShape, nn.Module<Tensor, Tensor>> factory)
    {
        const string name = "unfit";
        AblationNetworks.Register(name, factory);
        try
        {
            Options options = With(name);
            options.Progress = new Synchronous<TrainingProgress>(_ => Assert.Fail("It trained."));
            StringAssert.Contains(Assert.Throws<Exception>(() => Fit(options)).Message, told);
        }
        finally
        {
            AblationNetworks.Unregister(name);
        }
    }

    [TestMethod]
    public void A_factory_that_makes_one_module_for_all_or_other_layers_is_told()
    {
        const string name = "changing";
        nn.Module<Tensor, Tensor> one = Linear(Shape);
        AblationNetworks.Register(name, _ => one);
        StringAssert.Contains(Refusal(), "made a module with fewer tensors where an earlier one for 2×8×6 → 3 had 'scores.bias' of shape [3]");
        int made = 0;
        AblationNetworks.Register(name, shape => made++ == 0 ? new SmallNetwork(shape) : Linear(shape));
        StringAssert.Contains(Refusal(), "made a module with 'scores.bias' of shape [3] where an earlier one for 2×8×6 → 3 had "
            + "'_convolution.bias' of shape [8]");

        string Refusal()
        {
            string message = Assert.Throws<InvalidOperationException>(() => Fit(With(name))).Message;
            AblationNetworks.Unregister(name);
            return message;
        }
    }

    [TestMethod]
    public void The_seed_gives_the_first_weights_and_torch_s_generator_stays_where_it_was()
    {
        using Tensor before = random.get_rng_state();
        float[][] first = WeightsAfter(With(Plain));
        using Tensor after = random.get_rng_state();
        Assert.IsTrue(before.Equals(after));
        using (rand(10))
        {
            // The generator now stands elsewhere.
        }
        AreEqual(first, WeightsAfter(With(Plain)));
        Options other = With(Plain);
        other.Seed = 8;
        CollectionAssert.AreNotEqual(first[0], WeightsAfter(other)[0]);
    }

    [TestMethod]
    public void Batches_train_and_votes_do_not()
    {
        using var model = Fit(With(SmallNetwork.RegisteredName));
        float[][] weights = model.Model.Network.ReadWeights();
        // 100 rows in batches of 16, twice.
        CollectionAssert.AreEqual(new[] { 14f }, Find(weights, SmallNetwork.RegisteredName, "_normalization.num_batches_tracked"));
        Assert.IsTrue(Find(weights, SmallNetwork.RegisteredName, "_normalization.running_mean").All(mean => mean != 0));
        using var scope = NewDisposeScope();
        Tensor images = rand([5, Shape.Channels, Shape.Height, Shape.Width], generator: new Generator(3));
        float[] scores = TensorMemory.Read(model.Model.Network.Forward(images));
        CollectionAssert.AreEqual(scores, TensorMemory.Read(model.Model.Network.Forward(images)));
        CollectionAssert.AreNotEqual(scores, TensorMemory.Read(model.Model.Network.Forward(images, training: true)));
        CollectionAssert.AreNotEqual(Find(weights, SmallNetwork.RegisteredName, "_normalization.running_mean"),
            Find(model.Model.Network.ReadWeights(), SmallNetwork.RegisteredName, "_normalization.running_mean"));
        AreEqual(weights, WeightsAfterScoring());

        float[][] WeightsAfterScoring()
        {
            using AblationNetwork network = AblationNetworks.Get(SmallNetwork.RegisteredName).Create(Shape, weights, CPU);
            using ScoringNetwork scoring = network.ToScoring(ScalarType.Float32), copy = scoring.Copy();
            Tensor pixels = images.permute(0, 2, 3, 1).contiguous();
            CollectionAssert.AreEqual(scores, TensorMemory.Read(scoring.Forward(pixels)));
            CollectionAssert.AreEqual(scores, TensorMemory.Read(copy.Forward(pixels)));
            return network.ReadWeights();
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    public void A_training_stopped_and_resumed_gives_the_weights_of_one_never_stopped(double validationFraction)
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            Options options = With(Plain, epochs: 4);
            (options.ValidationFraction, options.WeightAveraging, options.GradientClipping) = (validationFraction, 0.9, 1);
            float[][] whole = WeightsAfter(options);
            options.CheckpointPath = Path.Combine(folder, "training.checkpoint");
            using var cancellation = new CancellationTokenSource();
            (options.CancellationToken, options.Progress) = (cancellation.Token, new Synchronous<TrainingProgress>(report =>
            {
                if ((report.Epoch, report.Batch) == (3, 2))
                    cancellation.Cancel();
            }));
            Assert.ThrowsExactly<OperationCanceledException>(() => WeightsAfter(options));
            (options.CancellationToken, options.Progress) = (default, null);
            AreEqual(whole, WeightsAfter(options));

            AblationNetworks.Unregister(Plain);
            AblationNetworks.Register(Plain, shape => Linear(shape));
            StringAssert.Contains(Refusal(), "SHA-256 of the network's names and shapes is ");
            AblationNetworks.Unregister(Plain);
            AblationNetworks.Register(Plain, shape => new SmallNetwork(shape));
            options.CustomNetwork = SmallNetwork.RegisteredName;
            StringAssert.Contains(Refusal(), $"Network is custom:small, stored is custom:{Plain}");

            string Refusal() => Assert.ThrowsExactly<InvalidOperationException>(() => WeightsAfter(options)).Message;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Frozen_and_unused_parameters_stay_as_they_were_made()
    {
        const string name = "pretrained";
        AblationNetworks.Register(name, shape =>
        {
            var module = new SmallNetwork(shape);
            foreach ((string parameter, var tensor) in module.named_parameters())
                tensor.requires_grad = !parameter.StartsWith("_convolution", StringComparison.Ordinal);
            module.register_module("unused", nn.Linear(2, 2));
            return module;
        });
        foreach (TrainingOptimizer optimizer in Enum.GetValues<TrainingOptimizer>())
        {
            Options options = With(name);
            (options.Optimizer, options.GradientClipping) = (optimizer, 1);
            float[][] first = AblationNetworks.Get(name).FirstWeights(Shape, new TrainingSeed(7).Weights), last = WeightsAfter(options);
            foreach (string parameter in new[] { "_convolution.weight", "_convolution.bias", "unused.weight", "unused.bias" })
                CollectionAssert.AreEqual(Find(first, name, parameter), Find(last, name, parameter));
            CollectionAssert.AreNotEqual(Find(first, name, "_scores.weight"), Find(last, name, "_scores.weight"));
        }
        AblationNetworks.Unregister(name);
    }

    [TestMethod]
    public void Working_values_are_what_lives_at_once_in_a_forward_pass()
    {
        const string name = "sequential";
        AblationNetworks.Register(name, shape => nn.Sequential(("a", nn.Conv2d(shape.Channels, 16, 3, padding: 1)), ("b", nn.ReLU()),
            ("c", nn.Conv2d(16, 4, 3, padding: 1)), ("pool", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten()), ("scores", nn.Linear(4, shape.Classes))));
        int pixels = Shape.Height * Shape.Width;
        // The image, the output of the first convolution and that of its ReLU: a sequence frees an output when the next layer has read it.
        Assert.AreEqual((Shape.Channels + 2 * 16) * pixels, AblationNetworks.Get(name).Describe(Shape).WorkingValues);
        AblationNetworks.Unregister(name);
        // A forward method frees nothing: convolution, normalisation, ReLU, view, dropout, and the scores.
        Assert.AreEqual(Shape.Values + 5 * 8 * pixels / 4 + Shape.Classes, AblationNetworks.Get(Plain).Describe(Shape).WorkingValues);
    }

    [TestMethod]
    public void A_narrow_strided_convolution_computes_in_float32_when_it_scores_in_bfloat16()
    {
        const string name = "narrow";
        var shape = new NetworkShape(2, 8, 4, 3);
        AblationNetworks.Register(name, _ => nn.Sequential(("a", nn.Conv2d(2, 8, 3, stride: 2, padding: 1)), ("b", nn.ReLU()),
            ("c", nn.Conv2d(8, 16, 3, stride: 2, padding: 1)), ("flat", nn.Flatten()), ("scores", nn.Linear(32, 3))));
        ModuleArchitecture architecture = AblationNetworks.Get(name);
        AblationNetworks.Unregister(name);
        CollectionAssert.AreEqual(new[] { "c" }, architecture.Describe(shape).NarrowConvolutions.ToArray());

        using AblationNetwork network = architecture.Create(shape, architecture.FirstWeights(shape, seed: 1), CPU);
        using ScoringNetwork scoring = network.ToScoring(ScalarType.BFloat16), copy = scoring.Copy();
        using var scope = NewDisposeScope();
        Tensor images = rand([5, 2, 8, 4], generator: new Generator(3)).to(ScalarType.BFloat16);
        Tensor[] weights = [.. network.Parameters.Select(weight => weight.to(ScalarType.BFloat16))];
        Tensor x = Convolution.Apply(images, weights[1], weights[0], [2, 2], [1, 1]).relu();
        x = Convolution.Apply(x, weights[3], weights[2], [2, 2], [1, 1]).flatten(1);
        float[] expected = TensorMemory.Read(nn.functional.linear(x, weights[5], weights[4]));
        Tensor pixels = images.permute(0, 2, 3, 1).contiguous();
        CollectionAssert.AreEqual(expected, TensorMemory.Read(scoring.Forward(pixels)));
        CollectionAssert.AreEqual(expected, TensorMemory.Read(copy.Forward(pixels)));
    }

    [TestMethod]
    public void Training_inside_a_dispose_scope_of_the_caller_leaves_the_model_alive() => LeavesNoTensor(factory =>
    {
        const string name = "scoped";
        AblationNetworks.Register(name, factory);
        MulticlassPredictionTransformer<AblatedImageModelParameters> model;
        using (NewDisposeScope())
            model = Fit(With(name), rows: 30);
        AblationNetworks.Unregister(name);
        Assert.AreEqual(30, model.Transform(ToyImages.ToView(Ml, ToyImages.Make(30))).GetColumn<float[]>("Score").Count());
        model.Dispose();
    });
}
