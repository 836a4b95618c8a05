using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Ablation.Tests.Texts;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>Explanations of rows whose ablations are few enough to be counted by hand.</summary>
[TestClass]
public sealed class ExplanationTests
{
    private const int D = CountedModel.Positions, K = 3;

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(CertificationRule.Majority)]
    [DataRow(CertificationRule.Gap)]
    [DataRow(CertificationRule.Top)]
    public void Importance_is_the_mean_lead_over_all_ablations_that_show_a_position(CertificationRule rule)
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Random(SmoothedCertifierOptions.Paper with { Rule = rule });
        for (int row = 0; row < 6; row++)
        {
            CertificateExplanation explained = _ml.Data.Explain(model, new CountedModel(_ml).Rows(1, row));
            string[] answers = [.. Subsets().Select(subset => Arbitrary(Shown(CountedModel.Values(row), subset)))];
            int[] votes = [.. CountedModel.Names.Select(name => answers.Count(answer => answer == name))];
            CollectionAssert.AreEqual(votes, explained.Classes.Select(votes => votes.Votes).ToArray());
            Assert.AreEqual(votes.Max(), explained.Explained.Votes);
            Assert.AreEqual(votes.Order().ElementAt(1), explained.Competitor.Votes);
            Assert.AreEqual(explained.Explained.Votes - explained.Competitor.Votes, explained.Competitor.Behind);
            Assert.AreEqual((null, 56, 56, true), (explained.Alpha, explained.VoteCount, explained.ImportanceCount, explained.HasAllAblations));
            double[] leads = [.. answers.Select(answer => answer == explained.Explained.Name ? 1.0 : answer == explained.Competitor.Name ? -1 : 0)];
            foreach (PositionImportance position in explained.Positions)
            {
                double[] shown = [.. leads.Zip(Subsets()).Where(pair => pair.Second.Contains(position.Position)).Select(pair => pair.First)];
                Assert.AreEqual(21, position.AblationCount);
                Assert.AreEqual(shown.Average() - leads.Average(), position.Importance!.Value, 1e-12);
                Assert.AreEqual(0, position.StandardError);
            }
            AssertSameAsReport(explained, model, row);
        }
    }

    /// <summary>The least number of votes, by trying all smaller ones.</summary>
    [TestMethod]
    [DataRow(CertificationRule.Majority)]
    [DataRow(CertificationRule.Bonferroni)]
    [DataRow(CertificationRule.Gap)]
    public void The_next_radius_takes_as_many_votes_as_no_fewer_would_do(CertificationRule rule)
    {
        using TransformerChain<SmoothedCertifierTransformer> exact = Random(SmoothedCertifierOptions.Paper with { Rule = rule });
        using TransformerChain<SmoothedCertifierTransformer> sampled = Random(new SmoothedCertifierOptions { Rule = rule, ExactBudget = 0, Plan = SamplingPlan.Fixed(50, 400), Seed = 1 });
        var certifier = new VoteCertifier(D, K, SamplingPlan.Fixed(50, 400), new CertificationOptions { Rule = rule });
        int found = 0;
        for (int row = 0; row < 6; row++)
        {
            foreach (TransformerChain<SmoothedCertifierTransformer> model in new[] { exact, sampled })
            {
                CertificateExplanation explained = _ml.Data.Explain(model, new CountedModel(_ml).Rows(1, row));
                int[] votes = [.. explained.Classes.Select(votes => votes.Votes)];
                int own = Array.IndexOf(CountedModel.Names, explained.Explained.Name);
                if (own != Array.IndexOf(CountedModel.Names, explained.Selected))
                    continue;
                int least = 0;
                while (least < votes.Sum() && Radius(least) <= explained.CertifiedRadius)
                    least++;
                Assert.AreEqual(explained.CertifiedRadius, Radius(0));
                Assert.AreEqual(least == votes.Sum() ? null : least, explained.Next?.MoreVotes);
                Assert.AreEqual(explained.Next is null ? null : explained.CertifiedRadius + 1, explained.Next?.Radius);
                Assert.IsTrue(explained.Next is null || explained.Next.LowerBound > explained.LowerBound);
                found += explained.Next is null ? 0 : 1;

                int Radius(int more)
                {
                    int[] shifted = Shift(votes, own, more);
                    return model == exact ? ExactCertificate.Radius(own, [.. shifted.Select(count => (long)count)], D, K, rule) : certifier.Certify(own, shifted).Radius;
                }
            }
        }
        Assert.IsGreaterThan(4, found);
    }

    [TestMethod]
    public void Sampled_votes_are_explained_with_the_chance_of_error_and_the_spread_of_the_sample()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Random(
            SmoothedCertifierOptions.Paper with { ExactBudget = 0, Plan = SamplingPlan.Fixed(50, 400), Seed = 1, Alpha = 0.01 });
        CertificateExplanation few = _ml.Data.Explain(model, new CountedModel(_ml).Rows(1), ablations: 50), all = _ml.Data.Explain(model, new CountedModel(_ml).Rows(1));
        Assert.AreEqual((0.01, 50, false), (few.Alpha, few.ImportanceCount, few.HasAllAblations));
        Assert.AreEqual(50 * K, few.Positions.Sum(position => position.AblationCount));
        // An estimate is within five standard errors with a chance of far more than 1 − 1e-5, and the seed is fixed.
        Assert.IsTrue(few.Positions.All(position => position.StandardError > 0
            && Math.Abs(position.Importance!.Value - all.Positions[position.Position].Importance!.Value) < 5 * (position.StandardError + 0.1)));
        Assert.AreEqual((0.01, 56, true), (all.Alpha, all.ImportanceCount, all.HasAllAblations));
        StringAssert.Contains(few.ToString(), "with a chance of at most 1.0 %, because 450 random ablations");
        StringAssert.Contains(few.ToString(), "by 50 random ablations");
        AssertSameAsReport(few, model, 0);
    }

    [TestMethod]
    public void A_row_without_an_answer_is_explained_by_what_it_lacks()
    {
        // The first value shown decides, and as many say the one as the other.
        using TransformerChain<SmoothedCertifierTransformer> model = new CountedModel(_ml).Fit(_ml.Transforms.RandomAblation(k: 1, encoding: AblationEncoding.Missing),
            shown => CountedModel.Names[Array.FindIndex(shown, value => !float.IsNaN(value)) % 2], SmoothedCertifierOptions.Paper);
        CertificateExplanation explained = _ml.Data.Explain(model, new CountedModel(_ml).Rows(1));
        Assert.IsNull(explained.PredictedClass);
        Assert.IsTrue(explained.Abstained);
        Assert.AreEqual((-1, 0, 0), (explained.CertifiedRadius, explained.Competitor.Behind, explained.Next!.Radius));
        Assert.AreEqual(1, explained.Next.MoreVotes);
        Assert.IsTrue(explained.Positions.All(position => position.Importance == (position.Position % 2 == 0 ? 1 : -1)));
        StringAssert.StartsWith(explained.ToString(), "There is no answer: the votes do not settle the class. Most speak for 'ant'.");
        StringAssert.Contains(explained.ToString(), "Closest competitor: 'bee', as many.");
    }

    [TestMethod]
    public void Contests_are_explained_by_who_wins_them()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.SmoothedCertifier(Table.Linear(_ml), SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet })).Fit(Table.View(_ml));
        for (int row = 0; row < 5; row++)
        {
            IDataView rows = _ml.Data.SkipRows(Table.View(_ml, 20, seed: 2), row + 1);
            CertificateExplanation explained = _ml.Data.Explain(model, rows);
            IDataView report = _ml.Data.TakeRows(model.Transform(rows), 1);
            CollectionAssert.AreEqual(report.Vectors<int>("Votes")[0], explained.Classes.Select(votes => votes.Votes).ToArray());
            Assert.AreEqual(explained.Classes.Where(votes => votes != explained.Explained).Min(votes => votes.Behind), explained.Competitor.Behind);
            Assert.AreEqual(report.Scalar<int>("CertifiedRadius")[0], explained.CertifiedRadius);
            // Twenty ablations without ties: what is won is what is not lost.
            Assert.AreEqual(2 * explained.Explained.Votes - 20, explained.Competitor.Behind);
            if (explained.Next is { } next)
                Assert.AreEqual((double)(explained.Explained.Votes + next.MoreVotes) / 20, next.LowerBound, 1e-12);
            StringAssert.Contains(explained.ToString(), "Wins in the closest contest, of 20 ablations");
        }
    }

    [TestMethod]
    public void Masks_are_explained_one_by_one()
    {
        foreach (CertificationRule rule in new[] { CertificationRule.Gap, CertificationRule.Condorcet, CertificationRule.Majority })
        {
            using OwnedModel model = new(_ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.SmoothedCertifier(
                _ml.Transforms.PartitionAblation(masks: 5).Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20)),
                SmoothedCertifierOptions.Paper with { Rule = rule }, trainingCopies: 5)).Fit(Table.View(_ml)));
            MaskFamily family = CertifierChain.Find(model.Model)!.Masks!;
            for (int row = 0; row < 8; row++)
            {
                CertificateExplanation explained = _ml.Data.Explain(model.Model, _ml.Data.SkipRows(Table.View(_ml, 20, seed: 2), row + 1));
                Assert.IsNull(explained.Alpha);
                Assert.HasCount(5, explained.Masks);
                double mean = explained.Masks.Average(LeadOf);
                foreach (ExplainedMask mask in explained.Masks)
                {
                    CollectionAssert.AreEqual(family.Retained(mask.Mask).ToArray(), mask.Positions.ToArray());
                    Assert.HasCount(3, mask.Scores);
                    Assert.AreEqual(mask.Scores.Max(), mask.Scores[Array.FindIndex(explained.Classes.ToArray(), votes => votes.Name == mask.Answer)]);
                    foreach (int position in mask.Positions)
                        Assert.AreEqual(LeadOf(mask) - mean, explained.Positions[position].Importance!.Value, 1e-12);
                }
                if (rule != CertificationRule.Condorcet)
                    Assert.IsTrue(explained.Classes.All(votes => votes.Votes == explained.Masks.Count(mask => mask.Answer == votes.Name)));
                if (rule == CertificationRule.Gap && explained.Next is { } next)
                    Assert.AreEqual(LeastTurned(family, explained), next.MoreVotes);
                Assert.AreNotEqual(explained.Abstained, explained.ToString().Contains("This is certain: all 5 masks were asked", StringComparison.Ordinal));

                double LeadOf(ExplainedMask mask) => mask.Answer == explained.Explained.Name ? 1 : mask.Answer == explained.Competitor.Name ? -1 : 0;
            }
        }
    }

    [TestMethod]
    public void Texts_are_explained_by_their_words()
    {
        foreach (IEstimator<ITransformer> ablation in new[]
                 {
                     (IEstimator<ITransformer>)_ml.Transforms.RandomWordAblation(0.4), (IEstimator<ITransformer>)_ml.Transforms.WordPartitionAblation(4),
                     (IEstimator<ITransformer>)_ml.Transforms.WordPartitionAblation(12, PartitionBy.Word),
                 })
        {
            using SmoothedCertifierTransformer model = TextModels.Certifier(ablation, TextModels.Ml.Transforms.CustomMapping<Message, Decided>(
                (message, decided) => decided.PredictedLabel = message.Text.Split(' ').Contains("free"), contractName: null));
            string[] words = "now get your free prize".Split(' ');
            CertificateExplanation explained = model.Explain(TextModels.View(string.Join(' ', words)));
            Assert.AreEqual("False", explained.PredictedClass);
            CollectionAssert.AreEqual(words, explained.Positions.Select(position => position.Name).ToArray());
            Assert.IsLessThan(0, explained.Positions[3].Importance!.Value, "whoever sees it says otherwise");
            Assert.AreEqual(explained.Positions[3].Importance, explained.MostImportant(1).Single().Importance);
            Assert.IsNull(explained.PixelOf(3));
            StringAssert.Contains(explained.ToString(), "'free' −");
            Assert.AreEqual("False", model.AnswerUncertified(TextModels.View(string.Join(' ', words))).Single().Class);
            Assert.IsEmpty(model.Explain(TextModels.View("")).Positions);
        }
    }

    [TestMethod]
    public void Attributes_have_their_names_pixels_their_places_and_the_certificate_its_words()
    {
        IDataView parcels = Tables.Parcels.View(_ml);
        IEstimator<ITransformer> bySlot = _ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Missing, seed: 1)
            .Append(_ml.Transforms.CustomMapping<Parcel, Sold>((parcel, sold) => sold.PredictedLabel = parcel.Features[3] == 1 ? 1u : 0u, contractName: null));
        using SmoothedCertifierTransformer table = _ml.Transforms.SmoothedCertifier(bySlot, SmoothedCertifierOptions.Paper).Fit(parcels);
        CertificateExplanation explained = table.Explain(parcels);
        CollectionAssert.AreEqual(Tables.Parcels.Attributes, explained.Positions.Select(position => position.Name).ToArray());
        Assert.AreEqual("""
            The answer is '0'. No change of up to 2 of the 5 attributes of 'Features', to whatever values, makes it another.
            This is certain: all 5 ablations were asked, and nothing was left to chance. It says what the model answers, not whether that is right.
            Rule Majority: the class has more than half of all votes, by more than the changes can take from it.
            Votes, of 5 ablations: '0' 5, '1' 0.
            Closest competitor: '1', 5 behind.
            No votes of 5 ablations reach a larger radius.
            What the lead over '1' comes from, by all 5 ablations: 'Region' 0.00, 'A' 0.00, 'B' 0.00, 'C' 0.00, 'D' 0.00.
            """.ReplaceLineEndings("\n"), explained.ToString());

        IDataView digits = _ml.Data.LoadGeneratedDigits(60, seed: 1);
        using OwnedModel images = new(_ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.SmoothedCertifier(
            _ml.Transforms.BandAblation(width: 4, direction: BandDirection.Columns).Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 2)),
            SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet })).Fit(digits));
        CertificateExplanation digit = _ml.Data.Explain(images.Model, digits);
        Assert.AreEqual(CertifiedAttack.Patch, digit.Attack);
        Assert.AreEqual((2, 3), digit.PixelOf(2 * 28 + 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => digit.PixelOf(784));
        Assert.IsTrue(digit.Positions.All(position => position.Name is null));
        StringAssert.Contains(digit.ToString(), ": pixel (");
        Assert.AreEqual(digit.CertifiedRadius >= 1, digit.ToString().Contains(" pixels, wherever it is and whatever it shows, makes it another", StringComparison.Ordinal));
    }

    [TestMethod]
    public void An_uncertified_answer_is_the_class_with_most_votes_of_as_many_ablations()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Random(SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, 30), Seed = 1 });
        UncertifiedAnswer[] all = [.. _ml.Data.AnswerUncertified(model, new CountedModel(_ml).Rows(6))];
        int[][] votes = [.. Enumerable.Range(0, 6).Select(row => Subsets().Select(subset => Arbitrary(Shown(CountedModel.Values(row), subset))).ToArray())
            .Select(answers => CountedModel.Names.Select(name => answers.Count(answer => answer == name)).ToArray())];
        for (int row = 0; row < 6; row++)
            Assert.AreEqual(new UncertifiedAnswer(CountedModel.Names[Array.IndexOf(votes[row], votes[row].Max())], votes[row].Max() / 56.0, 56), all[row]);
        UncertifiedAnswer[] few = [.. _ml.Data.AnswerUncertified(model, new CountedModel(_ml).Rows(6), ablations: 30)];
        // The first 30 of the second stage are the plan's.
        int[][] plan = _ml.Data.Certify(model, new CountedModel(_ml).Rows(6)).Vectors<int>("Votes");
        CollectionAssert.AreEqual(plan.Select(votes => (votes.Max() / 30.0, 30)).ToArray(), few.Select(answer => (answer.Share, answer.AblationCount)).ToArray());
    }

    [TestMethod]
    public void What_cannot_be_explained_is_refused_with_what_to_do()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Random(SmoothedCertifierOptions.Paper);
        IDataView rows = new CountedModel(_ml).Rows(1), none = new CountedModel(_ml).Rows(0);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.Explain(model, none)).Message, "There is no row to explain");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.Explain(model.First(), rows)).Message, "has no smoothed certifier");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.Explain(model, rows, ablations: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.AnswerUncertified(model, rows, ablations: 0));
        Assert.Throws<OperationCanceledException>(() => _ml.Data.Explain(model, rows, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => _ml.Data.AnswerUncertified(model, rows, cancellationToken: new CancellationToken(canceled: true)).ToArray());
    }

    private static void AssertSameAsReport(CertificateExplanation explained, ITransformer model, int row)
    {
        IDataView report = model.Transform(new CountedModel(new MLContext(seed: 1)).Rows(1, row));
        Assert.AreEqual(report.Scalar<int>("CertifiedRadius")[0], explained.CertifiedRadius);
        Assert.AreEqual(report.Scalar<bool>("Abstained")[0], explained.Abstained);
        Assert.AreEqual(report.Scalar<double>("LowerBound")[0], explained.LowerBound);
        Assert.AreEqual(report.Scalar<int>("SampleCount")[0], explained.SampleCount);
        if (!explained.Abstained)
            Assert.AreEqual(CountedModel.Names[report.Scalar<uint>("PredictedLabel")[0] - 1], explained.PredictedClass);
    }

    /// <summary>Every vote that is moved comes from the class that then has most.</summary>
    private static int[] Shift(int[] votes, int own, int more)
    {
        int[] shifted = [.. votes];
        for (; more > 0; more--)
        {
            int strongest = Enumerable.Range(0, votes.Length).Where(other => other != own).MaxBy(other => shifted[other]);
            if (shifted[strongest] == 0)
                break;
            shifted[strongest]--;
            shifted[own]++;
        }
        return shifted;
    }

    /// <summary>The fewest masks that have to change their minds, by trying all sets of them.</summary>
    private static int LeastTurned(MaskFamily family, CertificateExplanation explained)
    {
        string[] names = [.. explained.Classes.Select(votes => votes.Name)];
        int own = Array.IndexOf(names, explained.Explained.Name);
        int[] answers = [.. explained.Masks.Select(mask => Array.IndexOf(names, mask.Answer))];
        return Enumerable.Range(0, 1 << answers.Length).Where(set => Turned(set) is { IsCertified: true } certified && certified.SelectedClass == own
            && certified.Radius == explained.Next!.Radius).Min(set => Enumerable.Range(0, answers.Length).Count(mask => (set >> mask & 1) != 0 && answers[mask] != own));

        CertifiedPrediction Turned(int set)
            => MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([.. answers.Select((answer, mask) => (set >> mask & 1) != 0 ? own : answer)], names.Length));
    }

    private TransformerChain<SmoothedCertifierTransformer> Random(SmoothedCertifierOptions options)
        => new CountedModel(_ml).Fit(_ml.Transforms.RandomAblation(k: K, encoding: AblationEncoding.Missing), Arbitrary, options);

    /// <summary>Any function of what is shown: mostly the first class.</summary>
    private static string Arbitrary(float[] shown)
    {
        uint hash = 2166136261;
        foreach (float value in shown)
            hash = (hash ^ (float.IsNaN(value) ? 7u : (uint)value)) * 16777619;
        return CountedModel.Names[((hash ^ hash >> 15) % 10) switch { < 6 => 0, < 9 => 1, _ => 2 }];
    }

    private static float[] Shown(float[] values, int[] subset) => [.. values.Select((value, slot) => subset.Contains(slot) ? value : float.NaN)];

    private static IEnumerable<int[]> Subsets()
    {
        var subsets = new SubsetEnumerator(D, K);
        while (subsets.MoveNext())
            yield return subsets.Current.ToArray();
    }

    /// <summary>A chain that is disposed with its certifier.</summary>
    private sealed class OwnedModel(ITransformer model) : IDisposable
    {
        public ITransformer Model => model;

        public void Dispose() => CertifierChain.Find(model)?.Dispose();
    }

    private sealed class Parcel
    {
        [VectorType(7)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Sold
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }
}
