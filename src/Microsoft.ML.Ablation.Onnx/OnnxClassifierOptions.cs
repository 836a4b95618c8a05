using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>How an ONNX file is used as a base classifier.</summary>
public sealed record OnnxClassifierOptions
{
    /// <summary>The label: a key column, with as many values as the file has classes, in the same order. Default Label.</summary>
    public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

    /// <summary>The ablated images: a vector of Single of three dimensions. Default Features.</summary>
    public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

    /// <summary>The output that holds the scores, [batch, classes]. Default null: the only one that can.</summary>
    public string? OutputName { get; set; }

    /// <summary>The order of the input. Default Auto.</summary>
    public OnnxLayout Layout { get; set; }

    /// <summary>What the scores are. Default Auto.</summary>
    public OnnxScores Scores { get; set; }

    /// <summary>The numbers in which the network computes. Default <see cref="OnnxPrecision.AsStored"/>.</summary>
    public OnnxPrecision Precision { get; set; }

    /// <summary>What computes it, here and where the model is loaded. Default <see cref="OnnxProvider.Cpu"/>.</summary>
    public OnnxProvider Provider { get; set; }

    /// <summary>
    /// What is subtracted from every encoded value, NULL's included, before the division by <see cref="Deviations"/>: one number, or one for each channel. Default null: 0.
    /// </summary>
    /// <remarks>
    /// For a network that takes 0 to 255 in place of 0 to 1, set <see cref="Deviations"/> to 1/255. Where the input is of bytes, what comes out is rounded to the nearest.
    /// </remarks>
    public IReadOnlyList<float>? Means { get; set; }

    /// <summary>What every encoded value is divided by, above 0: one number, or one for each channel. Default null: 1.</summary>
    public IReadOnlyList<float>? Deviations { get; set; }

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message names it.</exception>
    internal OnnxClassifierOptions ToValidated()
    {
        Check(!string.IsNullOrEmpty(LabelColumnName), nameof(LabelColumnName), "empty", "the name of a column");
        Check(!string.IsNullOrEmpty(FeatureColumnName), nameof(FeatureColumnName), "empty", "the name of a column");
        Check(OutputName is not "", nameof(OutputName), "empty", "null and the name of an output");
        Check(Enum.IsDefined(Layout), nameof(Layout), Layout, string.Join(", ", Enum.GetNames<OnnxLayout>()));
        Check(Enum.IsDefined(Scores), nameof(Scores), Scores, string.Join(", ", Enum.GetNames<OnnxScores>()));
        Check(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<OnnxPrecision>()));
        Check(Enum.IsDefined(Provider), nameof(Provider), Provider, string.Join(", ", Enum.GetNames<OnnxProvider>()));
        Check(Means is null || Means.Count > 0 && Means.All(float.IsFinite), nameof(Means), Text(Means), "null and finite numbers, one or one for each channel");
        Check(Deviations is null || Deviations.Count > 0 && Deviations.All(value => value > 0 && float.IsFinite(value)), nameof(Deviations), Text(Deviations),
            "null and numbers above 0, one or one for each channel");
        return (OnnxClassifierOptions)MemberwiseClone();
    }

    /// <summary>Mean and deviation of every channel.</summary>
    /// <param name="channels">Channels after the encoding.</param>
    /// <exception cref="ArgumentException">Means or deviations have another length.</exception>
    internal (float[] Means, float[] Deviations) ScalingOf(int channels)
    {
        return (Spread(Means, nameof(Means), 0), Spread(Deviations, nameof(Deviations), 1));

        float[] Spread(IReadOnlyList<float>? values, string name, float usual) => values switch
        {
            null => [.. Enumerable.Repeat(usual, channels)],
            { Count: 1 } => [.. Enumerable.Repeat(values[0], channels)],
            _ when values.Count == channels => [.. values],
            _ => throw new ArgumentException($"{name} has {values.Count} numbers, but encoded images have {channels} channels; give one, or one for each.", name),
        };
    }

    private static string Text(IReadOnlyList<float>? values) => values is null ? "null" : $"[{string.Join(", ", values.Select(value => FormattableString.Invariant($"{value}")))}]";

    private static void Check(bool allowed, string name, object? given, string range)
    {
        if (!allowed)
            throw new ArgumentOutOfRangeException(name, $"{name} is {given}; allowed are {range}.");
    }
}
