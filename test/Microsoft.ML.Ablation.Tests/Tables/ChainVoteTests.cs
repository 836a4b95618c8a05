using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Tables;

/// <summary>Votes of transformers that are asked row by row, by several threads.</summary>
[TestClass]
public sealed class ChainVoteTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Seen
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public float Other { get; set; }
    }

    private sealed class Answered
    {
        // In objects keys count from 0, and what is too large is missing.
        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    private SmoothedCertifierTransformer With(Action<Seen, Answered> answer, int? threads, int votes = 400)
        => _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(3, encoding: AblationEncoding.Missing, seed: 1).Append(_ml.Transforms.CustomMapping(answer, contractName: null)),
            SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, votes), ExactBudget = 0, Seed = 3, Threads = threads }).Fit(Table.View(_ml));

    // The class is decided by what is seen, and by a column that nobody ablates.
    private static void ByContent(Seen seen, Answered answer)
        => answer.PredictedLabel = (uint)((seen.Features.Where(value => !float.IsNaN(value)).Sum() * 1_000 + seen.Other) % 3);

    [TestMethod]
    public void Votes_are_the_same_for_any_number_of_threads_and_read_other_columns_of_their_row()
    {
        IDataView rows = Table.View(_ml, 8, seed: 2);
        string[] alone = With(ByContent, threads: 1).Transform(rows).CertifiedText();
        foreach (int? threads in new int?[] { 2, 3, 8, null })
            CollectionAssert.AreEqual(alone, With(ByContent, threads).Transform(rows).CertifiedText());
        Assert.AreNotEqual(1, alone.Select(text => text[(text.LastIndexOf(' ') + 1)..]).Distinct().Count());
        IDataView others = _ml.Transforms.CustomMapping<Table.Row, Seen>((row, seen) =>
        {
            seen.Features = row.Features;
            seen.Other = row.Other + 1;
        }, contractName: null).Fit(rows).Transform(rows);
        CollectionAssert.AreNotEqual(alone, With(ByContent, threads: 2).Transform(others).CertifiedText());
    }

    [TestMethod]
    public void A_classifier_that_does_not_bear_threads_is_told_and_works_with_one()
    {
        int main = Environment.CurrentManagedThreadId;
        SmoothedCertifierTransformer model = With(ByThread, threads: 2);
        IDataView rows = Table.View(_ml, 2, seed: 2);
        string message = Assert.Throws<InvalidOperationException>(() => model.Transform(rows).Scalar<int>("CertifiedRadius")).Message;
        StringAssert.Contains(message, "is not thread-safe: with 2 threads 128 of 128 answers differ from those to one thread. "
            + "Set Threads = 1 in the options of the certifier or regressor.");
        Assert.HasCount(2, With(ByThread, threads: 1).Transform(rows).Scalar<int>("CertifiedRadius"));

        SmoothedCertifierTransformer failing = With((_, answer) => answer.PredictedLabel = Environment.CurrentManagedThreadId == main
            ? 0u
            : throw new NotSupportedException("one thread only"), threads: 2);
        message = Assert.Throws<InvalidOperationException>(() => failing.Transform(rows).Scalar<int>("CertifiedRadius")).Message;
        StringAssert.Contains(message, "with 2 threads it failed (one thread only)");

        void ByThread(Seen seen, Answered answer) => answer.PredictedLabel = Environment.CurrentManagedThreadId == main ? 0u : 1u;
    }

    [TestMethod]
    public void A_classifier_that_answers_by_chance_is_refused()
    {
        int asked = 0;
        SmoothedCertifierTransformer model = With((_, answer) => answer.PredictedLabel = (uint)(Interlocked.Increment(ref asked) / 64 % 2), threads: 1);
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => model.Transform(Table.View(_ml, 1)).Scalar<int>("CertifiedRadius")).Message,
            "ablations when it was asked again");
    }

    [TestMethod]
    public void A_row_without_an_answer_is_told()
    {
        SmoothedCertifierTransformer model = With((_, answer) => answer.PredictedLabel = 3, threads: 2);
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => model.Transform(Table.View(_ml, 1)).Scalar<int>("CertifiedRadius")).Message,
            "gave no class (a missing key in 'PredictedLabel')");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => With(ByContent, threads: 0)).Message, "Threads is 0; it must be at least 1, or null");
    }

    [TestMethod]
    public void Contests_of_a_Boolean_classifier_are_its_answers()
    {
        IDataView train = Loans.View(_ml, 300, seed: 2), test = Loans.View(_ml, 40, seed: 3);
        var fitted = (IEstimator<ITransformer>)_ml.Transforms.RandomAblation(3, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(Loans.Attributes), seed: 1)
            .Append(_ml.BinaryClassification.Trainers.LightGbm(numberOfIterations: 10));
        ITransformer chain = fitted.Fit(train);
        int[][] votes = Votes(CertificationRule.Majority), wins = Votes(CertificationRule.Condorcet);
        for (int row = 0; row < votes.Length; row++)
            CollectionAssert.AreEqual(votes[row], wins[row]);

        int[][] Votes(CertificationRule rule)
            => _ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Seed = 1, Rule = rule }).Fit(train).Transform(test).Vectors<int>("Votes");
    }
}
