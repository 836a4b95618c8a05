namespace Microsoft.ML.Ablation;

/// <summary>What the numbers are that an ONNX classifier gives for its classes.</summary>
public enum OnnxScores
{
    /// <summary>
    /// Decided by the scores of one image of NULL: probabilities where all are from 0 to 1 and their sum is 1, their logarithms where that holds of their exponentials, else logits.
    /// </summary>
    Auto = 0,

    /// <summary>Scores before softmax.</summary>
    Logits = 1,

    /// <summary>Probabilities, as behind a softmax.</summary>
    Probabilities = 2,

    /// <summary>Logarithms of probabilities, as behind a log-softmax.</summary>
    LogProbabilities = 3,
}
