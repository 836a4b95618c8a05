using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The outcome of a training, as <c>--json</c> prints it.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Data">The name of the data.</param>
/// <param name="RetainedPixels">k; null where masks are fixed.</param>
/// <param name="Masks">The masks in words; null where ablations are random.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record TrainingResult(string Model, string Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetainedPixels,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Masks,
    int Epochs, double Seconds);
