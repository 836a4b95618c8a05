using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>What a model says of one row, as <c>--json</c> prints it.</summary>
/// <param name="Input">What the user calls the row.</param>
internal sealed record Prediction(string Input)
{
    /// <summary>The class; null where the model abstains, or predicts numbers.</summary>
    public string? PredictedLabel { get; init; }

    /// <summary>Whether there is no answer; null where numbers are predicted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Abstained { get; init; }

    /// <summary>How much may change without a change of the answer; −1 where nothing is certified, null where numbers are predicted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CertifiedRadius { get; init; }

    /// <summary>The number; null where a class is predicted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Score { get; init; }

    /// <summary>The lower ends of intervals for 0, 1, … changed attributes, null for none; null where a class is predicted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double?[]? CertifiedLower { get; init; }

    /// <summary>The upper ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double?[]? CertifiedUpper { get; init; }
}
