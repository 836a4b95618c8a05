using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>What a row reports of its class, its radius and its abstention fits together, for all small counts and every rule.</summary>
[TestClass]
public sealed class RowAnswerTests
{
    // Both have 20 ablations.
    private static readonly (int D, int K)[] s_shapes = [(20, 1), (6, 3)];

    [TestMethod]
    public void In_exact_mode_a_certified_row_answers_its_class_and_only_ties_without_a_certificate_abstain()
    {
        int certifiedTies = 0;
        foreach ((int d, int k) in s_shapes)
        {
            foreach (int[] votes in Compositions(20, 3).Concat(Compositions(20, 4)))
            {
                foreach (CertificationOptions options in OfVotes(votes.Length))
                {
                    RowResult row = new VoteCertifier(d, k, SamplingPlan.Fixed(5, 10), options).ConcludeExactly(votes);
                    AssertCertifiedIsAnswered(row, votes, options);
                    int most = votes.Max();
                    bool isTie = votes.Count(count => count == most) > 1;
                    Assert.AreEqual(isTie && !row.Certified.IsCertified, row.Abstained, $"{string.Join(", ", votes)}, {options}");
                    if (!row.Abstained)
                        Assert.AreEqual(most, votes[row.PredictedClass]);
                    certifiedTies += isTie && row.Certified.Radius >= 0 ? 1 : 0;
                }
            }
        }
        Assert.IsGreaterThan(0, certifiedTies, "among the first several places a tie is certified");
    }

    [TestMethod]
    public void From_samples_a_certified_row_answers_its_class_and_another_one_what_PREDICT_says()
    {
        const double Alpha = 0.3;
        var plan = SamplingPlan.Fixed(1, 12);
        int certified = 0, predicted = 0, abstained = 0;
        foreach (int[] votes in Compositions(12, 3).Concat(Compositions(12, 4)))
        {
            foreach (CertificationOptions options in OfVotes(votes.Length))
            {
                var certifier = new VoteCertifier(20, 1, plan, options with { Alpha = Alpha });
                for (int selected = 0; selected < votes.Length; selected++)
                {
                    var selection = new int[votes.Length];
                    selection[selected] = 1;
                    RowResult row = certifier.Conclude(certifier.Certify(selection, votes), selection, votes);
                    AssertCertifiedIsAnswered(row, votes, options);
                    Assert.AreEqual(selected, row.Certified.SelectedClass);
                    if (!row.Certified.IsCertified)
                        Assert.AreEqual(SmoothedPrediction.Predict(votes, Alpha), row.PredictedClass);
                    certified += row.Certified.IsCertified ? 1 : 0;
                    predicted += !row.Certified.IsCertified && !row.Abstained ? 1 : 0;
                    abstained += row.Abstained ? 1 : 0;
                }
            }
        }
        Assert.IsTrue(certified > 0 && predicted > 0 && abstained > 0, $"{certified}, {predicted}, {abstained}");
    }

    [TestMethod]
    public void Under_Condorcet_a_row_is_answered_when_it_is_certified()
    {
        float[][] rankings = [[3, 2, 1], [3, 1, 2], [2, 3, 1], [1, 3, 2], [2, 1, 3], [1, 2, 3], [1, 1, 1]];
        var options = new CertificationOptions { Rule = CertificationRule.Condorcet, Alpha = 0.3 };
        var exact = new VoteCertifier(6, 1, SamplingPlan.Fixed(1, 6), options);
        int answered = 0, open = 0;
        foreach (int[] ablations in Compositions(6, rankings.Length))
        {
            var contests = new int[9];
            for (int i = 0; i < rankings.Length; i++)
            {
                for (int j = 0; j < ablations[i]; j++)
                    Contests.Add(rankings[i], contests);
            }
            var selection = new int[9];
            Contests.Add(rankings[0], selection);
            foreach (RowResult row in new[] { exact.ConcludeExactly(contests), exact.Conclude(exact.Certify(selection, contests), selection, contests) })
            {
                Assert.AreEqual(row.Certified.PredictedClass, row.PredictedClass);
                answered += row.Abstained ? 0 : 1;
                open += row.Abstained ? 1 : 0;
            }
        }
        Assert.IsTrue(answered > 0 && open > 0, $"{answered}, {open}");
    }

    private static void AssertCertifiedIsAnswered(RowResult row, int[] votes, CertificationOptions options)
    {
        if (row.Certified.Radius >= 0)
            Assert.AreEqual(row.Certified.SelectedClass, row.PredictedClass, $"radius {row.Certified.Radius} for {string.Join(", ", votes)}, {options}");
    }

    /// <summary>Every rule that decides from votes, Top with every number of places.</summary>
    private static IEnumerable<CertificationOptions> OfVotes(int classes)
    {
        foreach (CertificationRule rule in Tests.Certification.Rules.OfVotes)
        {
            for (int m = 1; m <= (rule == CertificationRule.Top ? classes - 1 : 1); m++)
                yield return new CertificationOptions { Rule = rule, TopCount = m };
        }
    }

    /// <summary>All ways to divide so many among so many.</summary>
    private static IEnumerable<int[]> Compositions(int total, int parts)
    {
        if (parts == 1)
        {
            yield return [total];
            yield break;
        }
        for (int first = 0; first <= total; first++)
        {
            foreach (int[] rest in Compositions(total - first, parts - 1))
                yield return [first, .. rest];
        }
    }
}
