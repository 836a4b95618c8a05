namespace Microsoft.ML.Ablation.Tests.Texts;

internal sealed class Message
{
    public string Text { get; set; } = "";

    public bool Label { get; set; }
}

internal sealed class MessageAnswer
{
    public bool PredictedLabel { get; set; }

    public bool Abstained { get; set; }

    public int CertifiedRadius { get; set; }

    public int SampleCount { get; set; }

    public int[] Votes { get; set; } = [];
}

internal sealed class Decided
{
    public bool PredictedLabel { get; set; }
}

/// <summary>Texts over few words, and base classifiers of them that are any function.</summary>
internal static class TextModels
{
    public static readonly MLContext Ml = new(seed: 1);

    /// <summary>A classifier that says whether the word "a" is there, but for a fifth of the texts that the number chooses, where it says the opposite.</summary>
    public static IEstimator<ITransformer> Arbitrary(int number) => Ml.Transforms.CustomMapping<Message, Decided>(
        (message, decided) => decided.PredictedLabel = message.Text.Split(' ').Contains("a") != (Hash(message.Text, number) % 5 == 0), contractName: null);

    public static IDataView View(params string[] texts) => Ml.Data.LoadFromEnumerable(texts.Select(text => new Message { Text = text }));

    public static MessageAnswer[] Answers(ITransformer model, params string[] texts)
        => [.. Ml.Data.CreateEnumerable<MessageAnswer>(model.Transform(View(texts)), reuseRowObject: false)];

    public static SmoothedCertifierTransformer Certifier(IEstimator<ITransformer> ablation, IEstimator<ITransformer> classifier, SmoothedCertifierOptions? options = null)
        => Ml.Transforms.SmoothedCertifier(ablation.Append(classifier), options ?? SmoothedCertifierOptions.Paper).Fit(View("a b"));

    /// <summary>All texts of a length over some words.</summary>
    public static IEnumerable<string[]> AllOf(int length, params string[] words)
        => length == 0 ? [[]] : AllOf(length - 1, words).SelectMany(text => words.Select(word => (string[])[.. text, word]));

    private static uint Hash(string text, int number)
    {
        uint hash = 2166136261 ^ (uint)number;
        foreach (char character in text)
            hash = (hash ^ character) * 16777619;
        return hash ^ (hash >> 15);
    }
}
