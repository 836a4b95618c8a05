using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Tool.Output;
using Spectre.Console;

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
    int Epochs, double Seconds)
{
    /// <summary>How images came out that the training never saw; null where none were certified.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CertificationResult? HeldOut { get; init; }

    /// <summary>The C# that loads the model and certifies an image; null where the model takes pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Program { get; init; }

    /// <summary>The ablations in words.</summary>
    [JsonIgnore]
    public string Ablations => Masks ?? FormattableString.Invariant($"k = {RetainedPixels}");

    public void Print(IAnsiConsole console)
    {
        HeldOut?.Print(console);
        // Longer than a line, and must not be broken.
        TextWriter text = console.Profile.Out.Writer;
        text.WriteLine(FormattableString.Invariant($"{Model}: trained on {Data} with {Ablations} in {Seconds:F0} s"));
        if (Program is not null)
            text.WriteLine($"\nTo use it in a program:\n\n{Program}");
    }
}
