using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>A training, and the model that it left.</summary>
/// <param name="Settings">How it was trained.</param>
/// <param name="Model">The model file.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record TunedTraining([property: JsonIgnore] TrainingSettings Settings, string Model, double Seconds)
{
    /// <summary>The command that trains so.</summary>
    /// <param name="data">The options that name the data.</param>
    public string TrainCommand(string data)
    {
        var trainer = Settings.Trainer;
        string ablations = Settings.Ablations switch
        {
            MaskAblationChoice masks => FormattableString.Invariant($"{masks.Option} {masks.Size}"),
            _ => FormattableString.Invariant($"--k {Settings.Ablations.RetainedPixels} --retained-spread {trainer.RetainedSpread} --network {trainer.Network}"),
        };
        string?[] rest =
        [
            Settings.TrainRows is { } rows ? FormattableString.Invariant($"--train-rows {rows}") : null,
            Settings.Crop > 0 ? FormattableString.Invariant($"--crop {Settings.Crop}") : null,
            Settings.Flip ? "--flip" : null,
            trainer.MixedPrecision ? "--mixed-precision" : null,
        ];
        return FormattableString.Invariant($"ablation train{data} {ablations} --epochs {trainer.Epochs} {string.Join(' ', rest.Where(part => part is not null).Append($"--seed {Settings.Seed}"))}")
            + $" --out {CommandText.Quote(Model)}";
    }
}
