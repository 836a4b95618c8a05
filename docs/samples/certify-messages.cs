#!/usr/bin/env dotnet
// Certifies a filter of messages: no replacement of so many words, by any words, makes the answer another one. The messages are drawn here, so that the program needs no file; give
// it a file with a label and a text in every line, separated by a tab, such as the SMS Spam Collection, to certify yours.
//   dotnet run docs/samples/certify-messages.cs [-- FILE]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView messages = ml.Data.LoadFromEnumerable(args.Length > 0 ? Message.Read(args[0]) : Message.Draw(2_000, seed: 1));
DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(messages, testFraction: 0.2);

// The base classifier sees words that were left of a message, and never the message itself.
IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> ablation) => ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.SmoothedCertifier(
        ablation.Append(ml.Transforms.Text.FeaturizeText("Features", "Text")).Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 10)),
        new SmoothedCertifierOptions { Plan = SamplingPlan.Adaptive(100, 200, 1_000) },
        trainingCopies: 10))
    .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));

// Replaced words, by random ablations; the same without chance, by one call for each of nine masks; and inserted, deleted or moved words.
(string Covered, IEstimator<ITransformer> Ablation)[] ways =
[
    ("replaced, 1,100 random ablations", ml.Transforms.RandomWordAblation(share: 0.3)),
    ("replaced, 9 masks by place", ml.Transforms.WordPartitionAblation(masks: 9)),
    ("inserted, deleted or moved, 9 masks by word", ml.Transforms.WordPartitionAblation(masks: 9, PartitionBy.Word)),
];
foreach ((string covered, IEstimator<ITransformer> ablation) in ways)
{
    ITransformer model = Pipeline(ablation).Fit(parts.TrainSet);
    CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(model.Transform(parts.TestSet));
    Console.WriteLine($"words {covered}: {metrics.ClassificationAccuracy:P1} right; {metrics.CertifiedAccuracyAt(1):P1} whatever 1 word is, {metrics.CertifiedAccuracyAt(3):P1} whatever 3 are");
    PredictionEngine<Message, Answer> engine = ml.Model.CreatePredictionEngine<Message, Answer>(model);
    foreach (Message message in ml.Data.CreateEnumerable<Message>(ml.Data.TakeRows(parts.TestSet, 3), reuseRowObject: false))
    {
        Answer answer = engine.Predict(message);
        Console.WriteLine($"  {(answer.CertifiedRadius < 0 ? "not certified" : $"{answer.Class} up to {answer.CertifiedRadius} words")}: {message.Text[..Math.Min(70, message.Text.Length)]}");
    }
}

internal sealed class Answer
{
    [ColumnName("Answer")]
    public string Class { get; set; } = "";

    public int CertifiedRadius { get; set; }
}

internal sealed class Message
{
    private static readonly string[] s_offers = ["free", "prize", "winner", "claim", "cash", "call", "now", "urgent", "reply", "guaranteed"];
    private static readonly string[] s_chats = ["lunch", "home", "later", "sorry", "love", "meet", "tonight", "mum", "work", "sleep"];
    private static readonly string[] s_others = ["the", "a", "to", "you", "and", "is", "in", "for", "of", "on", "we", "it", "at", "so", "with"];

    public string Label { get; set; } = "";

    public string Text { get; set; } = "";

    public static IEnumerable<Message> Read(string path)
        => File.ReadLines(path).Select(line => line.Split('\t', 2)).Where(parts => parts.Length == 2)
            .Select(parts => new Message { Label = parts[0], Text = parts[1] }).DistinctBy(message => message.Text);

    public static IEnumerable<Message> Draw(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            string[] own = i % 2 == 0 ? s_offers : s_chats;
            string[] other = own == s_offers ? s_chats : s_offers;
            IEnumerable<string> words = Enumerable.Range(0, random.Next(8, 30)).Select(_ => Pick(random.Next(10) switch { < 5 => own, 5 => other, _ => s_others }));
            yield return new Message { Label = own == s_offers ? "spam" : "ham", Text = string.Join(' ', words) };
        }

        string Pick(string[] words) => words[random.Next(words.Length)];
    }
}
