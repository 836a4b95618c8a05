using Microsoft.ML.Ablation.Tests.Support;

namespace Microsoft.ML.Ablation.Tests.Tables;

[TestClass]
public sealed class CopiesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Rows_are_repeated_pass_after_pass()
    {
        IDataView rows = Table.View(_ml, 5), repeated = _ml.Data.RepeatRows(rows, 3);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4 }, repeated.Scalar<float>("Other"));
        CollectionAssert.AreEqual(new uint[] { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2 }, repeated.Scalar<uint>("AblationCopy"));
        CollectionAssert.AreEqual(repeated.Scalar<float>("Other"), _ml.Data.Cache(repeated).Scalar<float>("Other"));
        Assert.AreEqual(15, _ml.Data.Cache(repeated).GetRowCount());
        IDataView empty = _ml.Data.RepeatRows(_ml.Data.LoadFromEnumerable(Array.Empty<Table.Row>()), 3);
        Assert.IsEmpty(empty.Scalar<float>("Other"));
        float[] shuffled = _ml.Data.ShuffleRows(repeated, seed: 1).Scalar<float>("Other");
        CollectionAssert.AreEquivalent(repeated.Scalar<float>("Other"), shuffled);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Data.RepeatRows(rows, 0)).Message, "copies is 0; it must be from 1 to 100000");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Data.RepeatRows(repeated, 2)).Message, "have a column 'AblationCopy' already");
    }

    [TestMethod]
    public void Every_copy_has_its_own_ablation_and_the_first_is_the_one_without_copies()
    {
        IDataView rows = Table.View(_ml, 20);
        RandomAblationTransformer ablation = _ml.Transforms.RandomAblation(3, encoding: AblationEncoding.Missing, seed: 1).Fit(rows);
        float[][] alone = ablation.Transform(rows).Vectors<float>("Features");
        float[][] copies = ablation.Transform(_ml.Data.RepeatRows(rows, 10)).Vectors<float>("Features");
        for (int row = 0; row < alone.Length; row++)
        {
            CollectionAssert.AreEqual(alone[row], copies[row]);
            // 20 ablations, 10 draws: chance that one row gets fewer than 4 different ones is below 1 in 10,000.
            Assert.IsGreaterThanOrEqualTo(4, Enumerable.Range(0, 10).Select(copy => string.Join(' ', copies[20 * copy + row])).Distinct().Count());
        }
    }

    [TestMethod]
    public void The_certifier_shows_its_base_classifier_all_copies()
    {
        var seen = new List<int>();
        IEstimator<ITransformer> chain = _ml.Transforms.RandomAblation(3, seed: 1)
            .Append(new Counting(data => seen.Add(data.Scalar<float>("Other").Length)))
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 2));
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Table.View(_ml, 30)).Transform(Table.View(_ml, 30));
        _ml.Transforms.SmoothedCertifier(chain, Table.FewVotes()).Fit(keyed);
        _ml.Transforms.SmoothedCertifier(chain, Table.FewVotes(), trainingCopies: 7).Fit(keyed);
        CollectionAssert.AreEqual(new[] { 30, 210 }, seen);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Transforms.SmoothedCertifier(chain, Table.FewVotes(), trainingCopies: 0)).Message,
            "trainingCopies is 0; it must be from 1");
    }

    [TestMethod]
    public void Several_k_are_compared()
    {
        IDataView train = Loans.View(_ml, 400, seed: 2), validation = Loans.View(_ml, 100, seed: 3);
        RetainedComparison comparison = _ml.MulticlassClassification.CompareRetainedCounts(train, validation, [1, 2, 5], k => _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(Loans.Attributes), seed: 1)
                .Append(_ml.BinaryClassification.Trainers.LightGbm(numberOfIterations: 20)), SmoothedCertifierOptions.Paper, trainingCopies: 5));
        CollectionAssert.AreEqual(new[] { 1, 2, 5 }, comparison.Metrics.Select(entry => entry.Key).ToArray());
        Assert.IsTrue(comparison.Metrics.All(entry => entry.Value.RowCount == 100 && entry.Value.ClassificationAccuracy > 0.7));
        int best = comparison.BestAt(2);
        Assert.AreEqual(comparison.Metrics.Max(entry => entry.Value.CertifiedAccuracyAt(2)),
            comparison.Metrics.Single(entry => entry.Key == best).Value.CertifiedAccuracyAt(2));
        Assert.AreEqual(1, best, "of these, ρ = 2 of 6 attributes is within reach of k = 1 only");
        string[] lines = comparison.ToString().Split(Environment.NewLine);
        Assert.HasCount(4, lines);
        StringAssert.StartsWith(lines[0], "  k  accuracy  abstained    ρ = 0");
        Assert.IsTrue(lines.All(line => line.Length == lines[0].Length));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.CompareRetainedCounts(train, validation, [], _ => null!)).Message,
            "give at least one");
    }

    /// <summary>Tells what it is fitted on, and changes nothing.</summary>
    private sealed class Counting(Action<IDataView> fitting) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            fitting(input);
            return new MLContext().Transforms.CopyColumns("Copy", "Other").Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => new MLContext().Transforms.CopyColumns("Copy", "Other").GetOutputSchema(inputSchema);
    }
}
