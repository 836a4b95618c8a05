using Microsoft.ML.Data;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Trainings that begin with the weights of a model.</summary>
[TestClass]
public class InitialModelTests
{
    /// <summary>Far below what changes a float.</summary>
    private const double NoStep = 1e-30;

    private static readonly MLContext Ml = new(seed: 1);
    private static readonly IDataView Data = Ml.Data.Cache(ToyImages.ToView(Ml, ToyImages.Make(100)));

    private static Options Training(double? learningRate = null, ITransformer? initial = null, ImageNetwork network = ImageNetwork.Convolutional)
    {
        Options options = ToyImages.FewEpochs(1);
        (options.Network, options.LearningRate, options.InitialModel, options.Precision) = (network, learningRate, initial, ScoringPrecision.Float32);
        return options;
    }

    private static IEstimator<ITransformer> Pipeline(Options options, int k = 20)
        => Ml.Transforms.RandomAblation(k, seed: 3).Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options));

    private static ITransformer Fit(Options options, int k = 20) => Pipeline(options, k).Fit(Data);

    /// <summary>All weights; zeros are zeros again after steps of <see cref="NoStep"/>.</summary>
    private static float[] WeightsOf(ITransformer model)
    {
        AblationNetwork network = CertifierChain.Parts(model).OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().Single().Model.Network;
        return [.. network.ReadWeights().SelectMany(values => values).Select(value => Math.Abs(value) < 1e-20f ? 0 : value)];
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void A_training_begins_with_the_weights_of_the_model_whatever_is_trained_beside_it(double reconstruction)
    {
        ITransformer model = Fit(Training()), other = Fit(Training(NoStep));
        using var owned = (IDisposable)model;
        using var alsoOwned = (IDisposable)other;
        CollectionAssert.AreNotEqual(WeightsOf(model), WeightsOf(other));
        Options options = Training(NoStep, model);
        (options.Reconstruction, options.Seed) = (reconstruction, 99);
        ITransformer trainedOn = Fit(options, k: 30);
        using var last = (IDisposable)trainedOn;
        CollectionAssert.AreEqual(WeightsOf(model), WeightsOf(trainedOn));
        options.LearningRate = null;
        ITransformer changed = Fit(options);
        using var further = (IDisposable)changed;
        CollectionAssert.AreNotEqual(WeightsOf(model), WeightsOf(changed));
    }

    [TestMethod]
    public void Certifiers_alone_in_a_chain_saved_mirrored_or_in_integers_give_their_weights()
    {
        ITransformer model = Ml.Transforms.SmoothedCertifier(Pipeline(Training())).Fit(Data);
        using var owned = (IDisposable)model;
        SmoothedCertifierTransformer certifier = CertifierChain.Find(model)!;
        float[] weights = WeightsOf(certifier.BaseModel);
        using var file = new MemoryStream();
        Ml.Model.Save(model, Data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        using var alsoOwned = (IDisposable)loaded;
        using SmoothedCertifierTransformer mirrored = certifier.WithMirroredScores(), integers = certifier.WithPrecision(ScoringPrecision.Int8, Data);
        foreach (ITransformer initial in new[] { model, certifier, certifier.BaseModel, loaded, mirrored, integers })
        {
            ITransformer trainedOn = Fit(Training(NoStep, initial));
            using var last = (IDisposable)trainedOn;
            CollectionAssert.AreEqual(weights, WeightsOf(trainedOn));
        }
        Options toMirror = Training(NoStep, model);
        toMirror.MirrorScores = true;
        ITransformer both = Fit(toMirror);
        using var ownedToo = (IDisposable)both;
        CollectionAssert.AreEqual(weights, WeightsOf(both));
    }

    [TestMethod]
    public void A_model_that_does_not_fit_is_refused_with_what_it_has()
    {
        ITransformer model = Fit(Training());
        using var owned = (IDisposable)model;
        Refused(() => Fit(Training(initial: model, network: ImageNetwork.FullyConnected)), "network 'conv4x4s2-64-128-fc-500-100'", "'conv7x7s2-16-fc-512-residual-2' is to be trained");
        Refused(() => Pipeline(Training(initial: model)).Fit(ToyImages.ToView(Ml, ToyImages.Make(100).Where(row => row.Label != "class c"))),
            "4 × 8 × 6 in 3 classes", "4 × 8 × 6 in 2 classes");
        Refused(() => Fit(Training(initial: Ml.Transforms.RandomAblation(k: 20).Fit(Data))), "no network trained by AblatedImageClassification");
    }

    [TestMethod]
    public void Masks_of_the_model_and_of_the_training_must_be_the_same_where_the_network_is_made_for_them()
    {
        Options options = Training(network: ImageNetwork.PerMask);
        options.MasksPerImage = 0;
        ITransformer model = Partition(options, seed: 1);
        using var owned = (IDisposable)model;
        (options.InitialModel, options.LearningRate) = (model, NoStep);
        ITransformer same = Partition(options, seed: 1);
        using var alsoOwned = (IDisposable)same;
        CollectionAssert.AreEqual(WeightsOf(model), WeightsOf(same));
        Refused(() => Partition(options, seed: 2), "other masks");

        static ITransformer Partition(Options options, int seed)
            => Ml.Transforms.PartitionAblation(6, seed: seed).Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options)).Fit(Data);
    }

    [TestMethod]
    public void A_checkpoint_of_a_training_from_another_model_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-initial-").FullName;
        try
        {
            ITransformer model = Fit(Training());
            using var owned = (IDisposable)model;
            Options options = Training(initial: model);
            options.CheckpointPath = Path.Combine(folder, "state");
            ITransformer first = Fit(options), again = Fit(options);
            using var firstOwned = (IDisposable)first;
            using var againOwned = (IDisposable)again;
            CollectionAssert.AreEqual(WeightsOf(first), WeightsOf(again));
            options.InitialModel = first;
            Refused(() => Fit(options), "weights of InitialModel");
            options.InitialModel = null;
            Refused(() => Fit(options), "weights of InitialModel is none");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Refused(Action training, params string[] parts)
    {
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(training);
        foreach (string part in parts)
            StringAssert.Contains(e.Message, part);
    }
}
