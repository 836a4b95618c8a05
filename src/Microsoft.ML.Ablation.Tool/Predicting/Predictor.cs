using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>Asks a model about rows, with the certificates that it was trained to give.</summary>
internal static class Predictor
{
    /// <summary>The answers, in the order of the rows.</summary>
    /// <param name="asked">The rows.</param>
    /// <param name="cancellation">Stops it after the current row.</param>
    /// <exception cref="InvalidDataException">The model has neither a smoothed certifier nor a smoothed regressor.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<Prediction> Predict(AskedRows asked, CancellationToken cancellation)
    {
        IDataView answered = asked.Chain.Transform(asked.Rows);
        using TableAnswers answers = TableModel.RegressorOf(asked.Chain) is { } regressor
            ? new NumberAnswers(answered, regressor.Options, hasLabel: false)
            : new ClassAnswers(answered, CertificationRun.FindCertifier(asked.Chain).Options, labels: null, uncertifiedAsZero: false);
        foreach (string name in asked.Names)
        {
            cancellation.ThrowIfCancellationRequested();
            object?[] answer = answers.Next() ?? throw new InvalidDataException("The model gives fewer rows than it was asked about; it is no model of single rows.");
            yield return answers is NumberAnswers ? OfNumber(name, answer) : OfClass(name, answer);
        }
    }

    private static Prediction OfClass(string name, object?[] answer)
        => new(name) { PredictedLabel = (string?)answer[0], Abstained = (bool)answer[1]!, CertifiedRadius = (int)answer[2]! };

    private static Prediction OfNumber(string name, object?[] answer)
    {
        int count = (answer.Length - 1) / 2;
        return new Prediction(name) { Score = (float)answer[0]!, CertifiedLower = Ends(answer.AsSpan(1, count)), CertifiedUpper = Ends(answer.AsSpan(1 + count, count)) };
    }

    /// <summary>Ends of intervals; JSON has no infinity.</summary>
    private static double?[] Ends(ReadOnlySpan<object?> values)
    {
        var ends = new double?[values.Length];
        for (int i = 0; i < ends.Length; i++)
            ends[i] = float.IsFinite((float)values[i]!) ? (float)values[i]! : null;
        return ends;
    }
}
