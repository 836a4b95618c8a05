using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Texts;

/// <summary>Certificates of texts against every change that they cover, for base classifiers that are any function of the words that are shown.</summary>
[TestClass]
public class CertifiedTextTests
{
    private static readonly MLContext Ml = TextModels.Ml;

    [TestMethod]
    [DataRow(0.25, "", CertificationRule.Majority)]
    [DataRow(0.25, "[-]", CertificationRule.Majority)]
    [DataRow(0.2, "", CertificationRule.Condorcet)]
    [DataRow(0.4, "[-]", CertificationRule.Gap)]
    public void No_replacement_of_words_turns_an_answer_within_its_radius(double share, string nullToken, CertificationRule rule)
        => RequireNoReplacement(number => Ml.Transforms.RandomWordAblation(share, nullToken: nullToken), new() { Rule = rule }, calls: share > 0.2 ? 10 : 5);

    [TestMethod]
    [DataRow(5, "", CertificationRule.Condorcet)]
    [DataRow(5, "[-]", CertificationRule.Majority)]
    [DataRow(3, "", CertificationRule.Gap)]
    [DataRow(9, "[-]", CertificationRule.Condorcet)]
    public void No_replacement_of_words_turns_an_answer_of_masks_by_place(int masks, string nullToken, CertificationRule rule)
        => RequireNoReplacement(
            number => Ml.Transforms.WordPartitionAblation(new WordPartitionAblationOptions { Masks = masks, NullToken = nullToken }),
            new() { Rule = rule },
            calls: Math.Min(5, masks));

    private static void RequireNoReplacement<T>(Func<int, IEstimator<T>> ablation, SmoothedCertifierOptions options, int calls)
        where T : class, ITransformer
    {
        string[][] texts = [.. TextModels.AllOf(5, "a", "b")];
        int largest = 0, pairs = 0;
        for (int number = 0; number < 6; number++)
        {
            using SmoothedCertifierTransformer model = TextModels.Certifier((IEstimator<ITransformer>)ablation(number), TextModels.Arbitrary(number), options);
            MessageAnswer[] answers = TextModels.Answers(model, [.. texts.Select(text => string.Join(' ', text))]);
            for (int i = 0; i < texts.Length; i++)
            {
                Assert.AreEqual(calls, answers[i].SampleCount);
                largest = Math.Max(largest, answers[i].CertifiedRadius);
                for (int j = 0; j < texts.Length; j++)
                {
                    int changed = texts[i].Zip(texts[j]).Count(pair => pair.First != pair.Second);
                    if (answers[i].CertifiedRadius < changed || changed == 0)
                        continue;
                    pairs++;
                    Assert.AreEqual(answers[i].PredictedLabel, Leader(answers[j]), $"{string.Join(' ', texts[i])} and {string.Join(' ', texts[j])}, classifier {number}");
                }
            }
        }
        Assert.IsGreaterThan(0, largest);
        Assert.IsGreaterThan(20, pairs);
    }

    [TestMethod]
    [DataRow(7)]
    [DataRow(5)]
    [DataRow(8)]
    public void No_insertion_deletion_or_move_turns_an_answer_of_masks_by_word(int masks)
    {
        string[] words = ["a", "b", "c"];
        string[] texts = [.. Enumerable.Range(0, 5).SelectMany(length => TextModels.AllOf(length, words)).Select(text => string.Join(' ', text))];
        var place = texts.Select((text, index) => (text, index)).ToDictionary(pair => pair.text, pair => pair.index);
        int[][] neighbours = [.. texts.Select(text => Edited(text, words).Where(place.ContainsKey).Select(edited => place[edited]).Distinct().ToArray())];
        int pairs = 0;
        for (int number = 0; number < 6; number++)
        {
            using SmoothedCertifierTransformer model = TextModels.Certifier(Ml.Transforms.WordPartitionAblation(masks, PartitionBy.Word), TextModels.Arbitrary(number),
                new() { Rule = CertificationRule.Gap });
            MessageAnswer[] answers = TextModels.Answers(model, texts);
            for (int i = 0; i < texts.Length; i++)
            {
                HashSet<int> reached = [i];
                for (int edits = 1; edits <= answers[i].CertifiedRadius; edits++)
                {
                    reached.UnionWith(reached.SelectMany(index => neighbours[index]).ToArray());
                    pairs += reached.Count;
                    foreach (int other in reached)
                        Assert.AreEqual(answers[i].PredictedLabel, Leader(answers[other]), $"'{texts[i]}' and '{texts[other]}', classifier {number}");
                }
            }
        }
        Assert.IsGreaterThan(100, pairs);
    }

    // The answer of the smoothed classifier, also where it abstains: the class with the most votes, of equal ones the first.
    private static bool Leader(MessageAnswer answer) => answer.Votes[1] > answer.Votes[0];

    private static IEnumerable<string> Edited(string text, string[] words)
    {
        string[] all = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i <= all.Length; i++)
        {
            foreach (string word in words)
                yield return string.Join(' ', (string[])[.. all[..i], word, .. all[i..]]);
        }
        for (int i = 0; i < all.Length; i++)
        {
            string[] without = [.. all[..i], .. all[(i + 1)..]];
            yield return string.Join(' ', without);
            for (int j = 0; j <= without.Length; j++)
                yield return string.Join(' ', (string[])[.. without[..j], all[i], .. without[j..]]);
        }
    }

    [TestMethod]
    public void A_mask_without_words_has_no_vote_where_words_choose_masks()
    {
        using SmoothedCertifierTransformer model = TextModels.Certifier(Ml.Transforms.WordPartitionAblation(16, PartitionBy.Word), TextModels.Arbitrary(0));
        MessageAnswer[] answers = TextModels.Answers(model, "", "a", "a a a a", "a b c d e f g h");
        Assert.AreEqual(0, answers[0].Votes.Sum());
        Assert.AreEqual(1, answers[1].Votes.Sum());
        Assert.AreEqual(1, answers[2].Votes.Sum());
        Assert.IsGreaterThan(4, answers[3].Votes.Sum());
    }

    [TestMethod]
    public void Radii_are_those_of_as_many_positions_as_a_text_has_words()
    {
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(50, 400), ExactBudget = 0 };
        using SmoothedCertifierTransformer model = TextModels.Certifier(Ml.Transforms.RandomWordAblation(0.1, minimum: 2), TextModels.Arbitrary(3), options);
        string[] texts = [.. new[] { 4, 9, 30, 31, 30, 100 }.Select(d => string.Join(' ', Enumerable.Range(0, d).Select(i => i % 3 == 0 ? "a" : $"w{i}")))];
        MessageAnswer[] answers = TextModels.Answers(model, texts);
        for (int i = 0; i < texts.Length; i++)
        {
            int d = texts[i].Split(' ').Length, k = Math.Max(2, (int)Math.Ceiling(0.1 * d));
            var mathematics = new VoteCertifier(d, k, options.Plan);
            CertifiedPrediction expected = mathematics.Certify(answers[i].Votes[1] > answers[i].Votes[0] ? 1 : 0, answers[i].Votes);
            Assert.AreEqual(expected.Radius, answers[i].CertifiedRadius, $"{d} words");
        }
        Assert.IsGreaterThan(answers[1].CertifiedRadius, answers[5].CertifiedRadius);
    }
}
