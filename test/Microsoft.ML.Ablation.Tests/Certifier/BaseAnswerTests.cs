using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>What may stand at the end of a base classifier, and what it may read.</summary>
[TestClass]
public sealed class BaseAnswerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answered
    {
        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class Scored
    {
        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Seen
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public float Other { get; set; }
    }

    private sealed class Passed
    {
        [VectorType(12)]
        public float[] Ablated { get; set; } = [];

        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }

    private IDataView Keyed => _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Table.View(_ml, 60)).Transform(Table.View(_ml, 60));

    private EstimatorChain<TTransformer> Behind<TTransformer>(IEstimator<TTransformer> trainer) where TTransformer : class, ITransformer
        => _ml.Transforms.RandomAblation(3, seed: 1).Append(trainer);

    private static string Refused(Action action) => Assert.Throws<ArgumentException>(action).Message;

    [TestMethod]
    public void Models_that_are_no_classifiers_are_refused_by_what_they_are()
    {
        IDataView train = Keyed;
        foreach ((string task, IEstimator<ITransformer> chain) in new (string, IEstimator<ITransformer>)[]
        {
            ("clustering", Behind(_ml.Clustering.Trainers.KMeans(numberOfClusters: 3))),
            ("anomaly detection", Behind(_ml.AnomalyDetection.Trainers.RandomizedPca(rank: 2))),
            // Copied, the answer still is a cluster.
            ("clustering", Behind(_ml.Clustering.Trainers.KMeans(numberOfClusters: 3)).Append(_ml.Transforms.CopyColumns("Cluster", "PredictedLabel"))
                .Append(_ml.Transforms.CopyColumns("PredictedLabel", "Cluster"))),
        })
        {
            string expected = $"The base classifier's 'PredictedLabel' comes from {task}, which learns no classes";
            StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(chain).Fit(train)), expected);
            // Fitted, and loaded again.
            ITransformer fitted = chain.Fit(train);
            StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(fitted).Fit(train)), expected);
            using var stream = new MemoryStream();
            _ml.Model.Save(fitted, train.Schema, stream);
            StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(_ml.Model.Load(stream, out _)).Fit(train)), expected);
        }
        StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(Behind(_ml.Regression.Trainers.Sdca("Other", maximumNumberOfIterations: 1))).Fit(train)),
            "Regression, ranking and recommendation give no class");
    }

    [TestMethod]
    public void Chains_that_end_in_a_class_keep_working()
    {
        IDataView train = Keyed;
        IEstimator<ITransformer> clusters = Behind(_ml.Clustering.Trainers.KMeans(numberOfClusters: 3));
        foreach (IEstimator<ITransformer> chain in new IEstimator<ITransformer>[]
        {
            // Clusters as features of a classifier, and as what a transformer of the user's decides from.
            clusters.Append(_ml.MulticlassClassification.Trainers.NaiveBayes(featureColumnName: "Score")),
            clusters.Append(_ml.Transforms.CustomMapping<Scored, Answered>((scored, answer) => answer.PredictedLabel = scored.Score[0] > 1 ? 1u : 0u, contractName: null)),
            Behind(_ml.MulticlassClassification.Trainers.OneVersusAll(_ml.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 1))),
            Behind(_ml.MulticlassClassification.Trainers.PairwiseCoupling(_ml.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 1))),
        })
        {
            IDataView report = _ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Seed = 1, Threads = 1 }).Fit(train).Transform(_ml.Data.TakeRows(train, 2));
            Assert.HasCount(2, report.Scalar<int>("CertifiedRadius"));
        }
    }

    [TestMethod]
    public void A_text_as_answer_is_told_where_to_leave_the_key()
    {
        IEstimator<ITransformer> textual = Table.Linear(_ml).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(textual).Fit(Keyed)), "MapKeyToValue belongs after the certifier");
        IDataView train = Keyed;
        ITransformer fitted = textual.Fit(train);
        StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(fitted).Fit(train)), "MapKeyToValue belongs after the certifier");
    }

    [TestMethod]
    public void Columns_that_are_read_beside_the_ablated_one_are_named()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning && e.RawMessage.Contains("beside the ablated column", StringComparison.Ordinal))
                warnings.Add(e.RawMessage);
        };
        IDataView train = Keyed;
        IEstimator<ITransformer> beside = _ml.Transforms.RandomAblation(3, encoding: AblationEncoding.Missing, seed: 1)
            .Append(_ml.Transforms.CustomMapping<Seen, Answered>((seen, answer) => answer.PredictedLabel = seen.Other > 3 ? 1u : 0u, contractName: null));
        SmoothedCertifierTransformer model = _ml.Transforms.SmoothedCertifier(beside, SmoothedCertifierOptions.Paper).Fit(train);
        Assert.AreEqual("The base classifier reads 'Other' beside the ablated column 'Features'. Certificates hold only for inputs that agree in it: an attacker who can change it "
            + "is not covered. If one of them is made of what is in that column, leave it out.", warnings.Single());
        model.Transform(train);
        Assert.HasCount(2, warnings);
        warnings.Clear();

        // Other is an attribute of the ablated column itself.
        IDataView both = _ml.Transforms.Concatenate("Features", "Other", "Features").Fit(train).Transform(train);
        IEstimator<ITransformer> twice = _ml.Transforms.RandomAblation(2, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfSizes(1, 1, 1, 1, 1, 1, 1), seed: 1)
            .Append(_ml.Transforms.Concatenate("All", "Features", "Other")).Append(_ml.MulticlassClassification.Trainers.LightGbm(featureColumnName: "All", numberOfIterations: 1));
        _ml.Transforms.SmoothedCertifier(twice).Fit(both);
        StringAssert.Contains(warnings.Single(), "'Other' is in that column too: whoever changes such an attribute changes what is read past the ablation, and the certificate does "
            + "not hold; leave it out.");
        warnings.Clear();
        Table.Certified(_ml).Fit(Table.View(_ml, 60));
        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    public void Features_that_are_read_as_they_are_beside_their_ablation_are_refused()
    {
        IDataView train = Keyed;
        IEstimator<ITransformer> chain = _ml.Transforms.RandomAblation(3, outputColumnName: "Ablated", inputColumnName: "Features", seed: 1)
            .Append(_ml.Transforms.CustomMapping<Passed, Answered>((passed, answer) => answer.PredictedLabel = passed.Features[0] > 0.5f ? 1u : 0u, contractName: null));
        StringAssert.Contains(Refused(() => _ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper).Fit(train)),
            "The base classifier reads column 'Features' itself beside its ablation 'Ablated'");
    }
}
