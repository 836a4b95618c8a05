using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>One way to certify that was tried on images held out.</summary>
/// <param name="Training">The training whose model votes.</param>
/// <param name="RetainedPixels">k; null where masks are fixed.</param>
/// <param name="Rule">How votes become a radius.</param>
/// <param name="Metrics">What came of it.</param>
/// <param name="Run">The run folder with the votes.</param>
internal sealed record TuningCandidate(TunedTraining Training, int? RetainedPixels,
    [property: JsonConverter(typeof(JsonStringEnumConverter<CertificationRule>))] CertificationRule Rule, [property: JsonIgnore] CertifiedMetrics Metrics, string Run)
{
    /// <summary>The ablations in words.</summary>
    public string Ablations => RetainedPixels is { } k ? FormattableString.Invariant($"k = {k}") : Training.Settings.Ablations.Masks!;

    public double Accuracy => Metrics.ClassificationAccuracy;

    public double AbstainedShare => Metrics.AbstainedShare;

    /// <summary>In pixels; null where less than half of the images are right and certified.</summary>
    public int? MedianCertifiedRadius => Metrics.MedianCertifiedRadius;

    /// <summary>The mean over all images of the certified radius, in pixels; an image that is wrong or not certified counts as 0.</summary>
    public double MeanCertifiedRadius => Metrics.CertifiedAccuracy.Skip(1).Sum();

    /// <summary>Whether no other candidate is as accurate with as large a median, and better in one of them.</summary>
    public bool IsOnFrontier { get; init; }

    /// <summary>The command that certifies test images so.</summary>
    /// <param name="data">The options that name the data.</param>
    public string CertifyCommand(string data)
    {
        string k = RetainedPixels is { } retained ? FormattableString.Invariant($" --k {retained} --adaptive") : "";
        return $"ablation certify{data} --model {CommandText.Quote(Training.Model)}{k} --rule {Rule}";
    }
}
