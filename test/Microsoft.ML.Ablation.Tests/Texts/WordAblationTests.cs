using System.Globalization;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;

namespace Microsoft.ML.Ablation.Tests.Texts;

/// <summary>What ablations of words show, and that certifiers of texts are models like any other: saved, loaded, cross-validated, asked row by row.</summary>
[TestClass]
public class WordAblationTests
{
    private static readonly MLContext Ml = TextModels.Ml;
    private static readonly string[] s_good = ["free", "prize", "win", "cash"], s_bad = ["lunch", "meet", "home", "later"];

    private static readonly SmoothedCertifierOptions Quick = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, 100), Seed = 5 };

    private static Message[] Drawn(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            bool isSpam = random.Next(2) == 0;
            string[] own = isSpam ? s_good : s_bad;
            int length = random.Next(6, 25);
            return new Message { Label = isSpam, Text = string.Join(' ', Enumerable.Range(0, length).Select(_ => random.Next(3) == 0 ? own[random.Next(4)] : $"w{random.Next(30)}")) };
        })];
    }

    private static readonly IDataView Training = Ml.Data.LoadFromEnumerable(Drawn(400, seed: 1));

    private static IEstimator<ITransformer> Learner() => Ml.Transforms.Text.FeaturizeText("Features", new TextFeaturizingEstimator.Options { CharFeatureExtractor = null }, "Text")
        .Append(Ml.BinaryClassification.Trainers.LbfgsLogisticRegression());

    private static SmoothedCertifierEstimator Pipeline(IEstimator<ITransformer> ablation, SmoothedCertifierOptions? options = null)
        => Ml.Transforms.SmoothedCertifier(ablation.Append(Learner()), options ?? Quick, trainingCopies: 5);

    private static IEnumerable<IEstimator<ITransformer>> Ablations() =>
    [
        Ml.Transforms.RandomWordAblation(0.3, seed: 1),
        Ml.Transforms.RandomWordAblation(0.3, nullToken: "[-]", seed: 1),
        Ml.Transforms.WordPartitionAblation(7),
        Ml.Transforms.WordPartitionAblation(7, PartitionBy.Word),
    ];

    private static string[] Shown(IEstimator<ITransformer> ablation, params string[] texts)
        => [.. ablation.Fit(TextModels.View(texts)).Transform(TextModels.View(texts)).GetColumn<string>("Text")];

    [TestMethod]
    [DataRow("")]
    [DataRow("[-]")]
    public void A_view_shows_a_share_of_the_words_in_their_places(string token)
    {
        string[] words = [.. Enumerable.Range(0, 40).Select(i => $"w{i}")];
        string shown = Shown(Ml.Transforms.RandomWordAblation(0.3, nullToken: token, seed: 3), $"  {string.Join("\t \n", words)} ").Single();
        string[] parts = shown.Split(' ');
        string[] retained = [.. parts.Where(part => part != token)];
        Assert.HasCount(12, retained);
        CollectionAssert.AreEqual(words.Where(retained.Contains).ToArray(), retained);
        if (token.Length == 0)
            return;
        Assert.HasCount(40, parts);
        for (int i = 0; i < 40; i++)
            Assert.IsTrue(parts[i] == token || parts[i] == words[i]);
    }

    [TestMethod]
    public void Copies_of_a_text_show_other_words()
    {
        IDataView copies = Ml.Data.RepeatRows(TextModels.View("a b c d e f g h i j", "k l m"), 7);
        string[] random = [.. Ml.Transforms.RandomWordAblation(0.3, seed: 3).Fit(copies).Transform(copies).GetColumn<string>("Text")];
        Assert.IsGreaterThan(4, random.Where((_, i) => i % 2 == 0).Distinct().Count());
        string[] masks = [.. Ml.Transforms.WordPartitionAblation(5).Fit(copies).Transform(copies).GetColumn<string>("Text")];
        CollectionAssert.AreEquivalent(new[] { "a f", "b g", "c h", "d i", "e j" }, masks.Where((_, i) => i % 2 == 0).Distinct().ToArray());
        CollectionAssert.AreEquivalent(new[] { "k", "l", "m" }, masks.Where((_, i) => i % 2 == 1).Distinct().ToArray());
    }

    [TestMethod]
    public void Words_are_the_same_in_every_culture_and_words_in_a_mask_belong_to_it()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string[] texts = ["IIII iiii ıııı İİİİ", "ein Wort\u00a0nach\u2003dem\u3000andern", "ß ss SS ẞ", "don't-split,this"];
        string[][] shown = [.. new[] { "en-US", "tr-TR", "th-TH" }.Select(culture =>
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            return Shown(Ml.Transforms.WordPartitionAblation(3, PartitionBy.Word), texts);
        })];
        CultureInfo.CurrentCulture = before;
        CollectionAssert.AreEqual(shown[0], shown[1]);
        CollectionAssert.AreEqual(shown[0], shown[2]);
        CollectionAssert.AreEqual(new[] { "ein Wort nach dem andern" }, Shown(Ml.Transforms.WordPartitionAblation(1), texts[1]));
        Assert.AreEqual("don't-split,this", Shown(Ml.Transforms.WordPartitionAblation(1), texts[3]).Single());
        Assert.AreEqual("don't split this", Shown(Ml.Transforms.WordPartitionAblation(new WordPartitionAblationOptions { Masks = 1, Separators = "-," }), texts[3]).Single());
    }

    [TestMethod]
    public void The_mask_of_a_word_is_the_same_on_every_machine()
    {
        var partition = new WordPartition(1000, PartitionBy.Word);
        // SHA-256 over the UTF-16 code units, computed with another implementation.
        CollectionAssert.AreEqual(new[] { 227, 703, 715, 83, 849 }, new[] { "", "a", "free", "FREE", "ß" }.Select(word => partition.MaskOf([word], 0)).ToArray());
    }

    [TestMethod]
    public void A_saved_certifier_gives_the_same_answers_row_by_row_and_in_any_number_of_threads()
    {
        string[] texts = [.. Drawn(12, seed: 2).Select(message => message.Text)];
        foreach (IEstimator<ITransformer> ablation in Ablations())
        {
            using SmoothedCertifierTransformer model = Pipeline(ablation).Fit(Training);
            MessageAnswer[] expected = TextModels.Answers(model, texts);
            string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
            try
            {
                Ml.Model.Save(model, Training.Schema, file);
                var loaded = (SmoothedCertifierTransformer)Ml.Model.Load(file, out _);
                AreEqual(expected, TextModels.Answers(loaded, texts));
                AreEqual(expected, TextModels.Answers(loaded.WithOptions(Quick with { Threads = 1 }), texts));
                AreEqual(expected, TextModels.Answers(loaded.WithOptions(Quick with { Threads = 5 }), texts));
                PredictionEngine<Message, MessageAnswer> engine = Ml.Model.CreatePredictionEngine<Message, MessageAnswer>(loaded);
                AreEqual(expected, [.. texts.Select(text => engine.Predict(new Message { Text = text }))]);
                AreEqual([.. expected.Reverse()], TextModels.Answers(loaded, [.. texts.Reverse()]));
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static void AreEqual(MessageAnswer[] expected, MessageAnswer[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.AreEqual(expected[i].PredictedLabel, found[i].PredictedLabel);
            Assert.AreEqual(expected[i].CertifiedRadius, found[i].CertifiedRadius);
            CollectionAssert.AreEqual(expected[i].Votes, found[i].Votes);
        }
    }

    [TestMethod]
    public void Certified_texts_are_evaluated_by_cross_validation()
    {
        foreach (IEstimator<ITransformer> ablation in Ablations())
        {
            foreach (DataOperationsCatalog.TrainTestData fold in Ml.Data.CrossValidationSplit(Training, 2))
            {
                using SmoothedCertifierTransformer model = Pipeline(ablation).Fit(fold.TrainSet);
                CertifiedMetrics metrics = Ml.MulticlassClassification.EvaluateCertified(model.Transform(fold.TestSet));
                Assert.IsGreaterThan(0.8, metrics.ClassificationAccuracy);
                Assert.IsGreaterThan(0.2, metrics.CertifiedAccuracyAt(1));
            }
        }
    }

    [TestMethod]
    public void Texts_without_words_with_one_and_with_ten_thousand_are_certified()
    {
        string thousands = string.Join(' ', Enumerable.Range(0, 10_000).Select(i => i % 4 == 0 ? "free" : $"w{i % 30}"));
        SmoothedCertifierOptions few = Quick with { Plan = SamplingPlan.Fixed(10, 40) };
        foreach (IEstimator<ITransformer> ablation in Ablations())
        {
            using SmoothedCertifierTransformer model = Pipeline(ablation, few).Fit(Training);
            MessageAnswer[] answers = TextModels.Answers(model, "", " \t ", "free", thousands);
            Assert.IsLessThanOrEqualTo(0, answers[0].CertifiedRadius);
            Assert.AreEqual(answers[0].PredictedLabel, answers[1].PredictedLabel);
            Assert.IsLessThanOrEqualTo(0, answers[2].CertifiedRadius);
            Assert.IsGreaterThan(0, answers[3].CertifiedRadius);
            Assert.IsTrue(answers[3].PredictedLabel);
        }
    }

    [TestMethod]
    public void A_text_with_the_token_of_null_is_certified_as_any_other()
    {
        using SmoothedCertifierTransformer model = TextModels.Certifier(
            Ml.Transforms.RandomWordAblation(0.2, nullToken: "[-]"), TextModels.Arbitrary(1), new() { Rule = CertificationRule.Gap });
        string[] texts = [.. TextModels.AllOf(5, "a", "[-]").Select(text => string.Join(' ', text))];
        MessageAnswer[] answers = TextModels.Answers(model, texts);
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = 0; j < texts.Length; j++)
            {
                int changed = texts[i].Split(' ').Zip(texts[j].Split(' ')).Count(pair => pair.First != pair.Second);
                if (answers[i].CertifiedRadius >= changed)
                    Assert.AreEqual(answers[i].Votes[1] > answers[i].Votes[0], answers[j].Votes[1] > answers[j].Votes[0]);
            }
        }
        Assert.IsGreaterThan(0, answers.Max(answer => answer.CertifiedRadius));
    }

    [TestMethod]
    public void Bad_options_and_columns_are_refused()
    {
        foreach (double share in new[] { 0, -1, 1.5, double.NaN })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.RandomWordAblation(share));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.RandomWordAblation(0.3, minimum: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.WordPartitionAblation(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.WordPartitionAblation(70_000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.WordPartitionAblation(3, (PartitionBy)7));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.RandomWordAblation(0.3, nullToken: "a b")).Message, "separates words");
        var byWord = new WordPartitionAblationOptions { Masks = 3, By = PartitionBy.Word, NullToken = "x" };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.WordPartitionAblation(byWord)).Message, "inserting");
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.WordPartitionAblation(byWord with { NullToken = "", Separators = "" }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.RandomWordAblation(0.3, "Words").Fit(Training)).Message, "'Text'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.RandomWordAblation(0.3, "Label").Fit(Training)).Message, "column of texts");
    }

    [TestMethod]
    public void What_needs_numbers_says_so()
    {
        using SmoothedCertifierTransformer model = TextModels.Certifier(Ml.Transforms.RandomWordAblation(0.3), TextModels.Arbitrary(1));
        IDataView texts = TextModels.View("a b");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => model.CountPositions(texts.Schema)).Message, "column of numbers");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => model.WithRetainedCount(3)).Message, "share");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.WithOptions(new() { Attack = CertifiedAttack.Patch }).Transform(texts)).Message, "those of words");
        IEstimator<ITransformer> regressor = Ml.Transforms.SmoothedRegressor(Ml.Transforms.RandomWordAblation(0.3).Append(Learner()), new() { BaseColumnName = "Probability" });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => regressor.Fit(Training)).Message, "column of numbers");
    }
}
