#!/usr/bin/env dotnet
// Certified texts: the measurements of docs/results.md#texts. FOLDER holds sms-spam.tsv, and rt-polarity.pos and rt-polarity.neg. Of the distinct texts a fifth is held out.
//   dotnet run -c Release docs/samples/text-results.cs -- FOLDER [sms | rt]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms.Text;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0)
{
    Console.Error.WriteLine("Give the folder with sms-spam.tsv, rt-polarity.pos and rt-polarity.neg.");
    return 1;
}
string[] sets = args.Length > 1 ? [args[1]] : ["sms", "rt"];
foreach (string set in sets)
    new Study(set, Text.Read(args[0], set)).Run();
return 0;

internal sealed class Text
{
    public bool Label { get; set; }

    public string Words { get; set; } = "";

    public static Text[] Read(string folder, string set)
    {
        IEnumerable<(bool Label, string Words)> texts = set == "sms"
            ? File.ReadLines(Path.Combine(folder, "sms-spam.tsv")).Select(line => line.Split('\t', 2)).Select(parts => (parts[0] == "spam", parts[1]))
            : Lines("rt-polarity.pos", true).Concat(Lines("rt-polarity.neg", false));
        return [.. texts.DistinctBy(text => text.Words).Select(text => new Text { Label = text.Label, Words = text.Words })];

        IEnumerable<(bool, string)> Lines(string name, bool label) => File.ReadLines(Path.Combine(folder, name)).Select(line => (label, line));
    }
}

internal sealed class Answer
{
    public bool PredictedLabel { get; set; }

    public float Score { get; set; }
}

internal sealed class CertifiedAnswer
{
    public bool PredictedLabel { get; set; }

    public bool Abstained { get; set; }

    public int CertifiedRadius { get; set; }
}

internal sealed class Study
{
    private static readonly double[] s_shares = [0.1, 0.2, 0.3, 0.5];
    private static readonly int[] s_masks = [3, 5, 9, 15, 25];

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _name;
    private readonly Text[] _held;
    private readonly IDataView _train, _test;
    private readonly string[] _vocabulary;

    public Study(string name, Text[] texts)
    {
        _name = name;
        new Random(1).Shuffle(texts);
        _held = texts[..(texts.Length / 5)];
        _train = _ml.Data.LoadFromEnumerable(texts[_held.Length..]);
        _test = _ml.Data.LoadFromEnumerable(_held);
        _vocabulary = [.. texts[_held.Length..].SelectMany(text => text.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct().Order(StringComparer.Ordinal)];
    }

    // A linear model of single words, in lower case, without their punctuation.
    private IEstimator<ITransformer> Learner() => _ml.Transforms.Text.FeaturizeText("Features", new TextFeaturizingEstimator.Options
    {
        WordFeatureExtractor = new WordBagEstimator.Options { NgramLength = 1 },
        CharFeatureExtractor = null,
        KeepPunctuations = false,
    }, "Words").Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
    {
        NumberOfThreads = 1,
        MaximumNumberOfIterations = 30,
        L2Regularization = 1e-5f,
    }));

    public void Run()
    {
        ITransformer plain = Learner().Fit(_train);
        double accuracy = _ml.BinaryClassification.Evaluate(plain.Transform(_test)).Accuracy;
        Console.WriteLine($"{_name}: {_held.Length} texts held out; {_held.Count(text => text.Label) / (double)_held.Length:P1} have the label True; plain model {accuracy:P1} right");
        Console.WriteLine("| words shown | NULL | right | abstained | ρ = 0 | 1 | 2 | 3 | 4 | 5 | median | calls | s/1000 | random, greedy ≤ ρ | 2ρ + 1 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (double share in s_shares)
            Measure($"{share:P0}", plain, "dropped", _ml.Transforms.RandomWordAblation(share, "Words"));
        foreach (double share in s_shares[1..3])
            Measure($"{share:P0}", plain, "token", _ml.Transforms.RandomWordAblation(share, "Words", nullToken: "xnullx"));
        foreach (int masks in s_masks[..4])
            Measure($"{masks} masks by place", plain, "dropped", _ml.Transforms.WordPartitionAblation(masks, PartitionBy.Place, "Words"));
        foreach (int masks in s_masks[1..])
            Measure($"{masks} masks by word", plain, "dropped", _ml.Transforms.WordPartitionAblation(masks, PartitionBy.Word, "Words"), replacements: 2);
    }

    private void Measure(string shown, ITransformer plain, string nulled, IEstimator<ITransformer> ablation, int replacements = 1)
    {
        // A mask by word may have no vote, so that more than half of all votes is too much to ask for; the lead over the other class is what decides.
        CertificationRule rule = ablation is WordPartitionAblationEstimator ? CertificationRule.Gap : CertificationRule.Majority;
        var options = new SmoothedCertifierOptions { Plan = SamplingPlan.Adaptive(100, 200, 1000), Rule = rule };
        SmoothedCertifierTransformer model = _ml.Transforms.SmoothedCertifier(ablation.Append(Learner()), options, trainingCopies: 10).Fit(_train);
        var clock = Stopwatch.StartNew();
        IDataView certified = _ml.Data.Certify(model, _test);
        CertifiedMetrics metrics = _ml.BinaryClassification.EvaluateCertified(certified);
        double seconds = clock.Elapsed.TotalSeconds * 1000 / _held.Length;
        double calls = certified.GetColumn<int>("SampleCount").Average();
        string curve = string.Join(" | ", Enumerable.Range(0, 6).Select(rho => $"{metrics.CertifiedAccuracyAt(rho):P1}"));
        (int within, int beyond, int tried) = Attack(model, plain, replacements);
        string median = metrics.MedianCertifiedRadius is { } radius ? $"{radius}" : "none";
        Console.WriteLine($"| {shown} | {nulled} | {metrics.ClassificationAccuracy:P1} | {metrics.AbstainedShare:P1} | {curve} | {median} | {calls:N0} | {seconds:N1} "
            + $"| {within} of {tried} | {beyond} of {tried} |");
    }

    // Texts whose answer changes with as many replaced words as its radius covers, and with one more than twice as many: three random choices of places and words, and the greedy
    // one, which replaces the words that say most for the answer by the words that say most against it.
    private (int Within, int Beyond, int Tried) Attack(SmoothedCertifierTransformer model, ITransformer plain, int replacements)
    {
        PredictionEngine<Text, CertifiedAnswer> certifier = _ml.Model.CreatePredictionEngine<Text, CertifiedAnswer>(model);
        PredictionEngine<Text, Answer> scorer = _ml.Model.CreatePredictionEngine<Text, Answer>(plain);
        var scores = _vocabulary.ToDictionary(word => word, word => scorer.Predict(new Text { Words = word }).Score);
        string strongest = scores.MaxBy(word => word.Value).Key, weakest = scores.MinBy(word => word.Value).Key;
        var random = new Random(2);
        (int within, int beyond, int tried) = (0, 0, 0);
        foreach (Text text in _held.Take(200))
        {
            CertifiedAnswer answer = certifier.Predict(text);
            if (answer.CertifiedRadius < 0)
                continue;
            tried++;
            string[] words = text.Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            bool isTrue = answer.PredictedLabel;
            int[] greedy = [.. Enumerable.Range(0, words.Length).OrderByDescending(place => ScoreOf(words[place]) * (isTrue ? 1 : -1))];
            int covered = answer.CertifiedRadius / replacements;
            if (covered > 0 && Choices(covered).Any(IsTurned))
                within++;
            if (Choices(2 * answer.CertifiedRadius + 1).Any(IsTurned))
                beyond++;

            IEnumerable<string> Choices(int count)
            {
                yield return Replace(greedy.Take(count), _ => isTrue ? weakest : strongest);
                for (int i = 0; i < 3; i++)
                    yield return Replace(Enumerable.Range(0, words.Length).OrderBy(_ => random.Next()).Take(count), _ => _vocabulary[random.Next(_vocabulary.Length)]);
            }

            string Replace(IEnumerable<int> places, Func<int, string> by)
            {
                string[] changed = [.. words];
                foreach (int place in places)
                    changed[place] = by(place);
                return string.Join(' ', changed);
            }

            // An abstention is no other answer.
            bool IsTurned(string changed) => certifier.Predict(new Text { Words = changed }) is { Abstained: false, PredictedLabel: var other } && other != isTrue;
        }
        return (within, beyond, tried);

        float ScoreOf(string word) => scores.TryGetValue(word, out float known) ? known : scorer.Predict(new Text { Words = word }).Score;
    }
}
