using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What two runs must have in common for one to resume the other.</summary>
/// <param name="Entries">Names and values, in a fixed order.</param>
internal sealed record TrainingFingerprint(IReadOnlyList<KeyValuePair<string, string>> Entries)
{
    /// <summary>The fingerprint of a training: every option that affects weights, the network, the seed and the data.</summary>
    public static TrainingFingerprint Of(TrainingSetup setup)
    {
        AblatedImageClassificationTrainer.Options options = setup.Options;
        NetworkArchitecture architecture = setup.Architecture;
        (string Name, object Value)[] entries =
        [
            (nameof(options.Network), architecture.Name),
            ("Images and classes", setup.Shape),
            (nameof(options.Seed), setup.Seed.Value),
            (nameof(options.Epochs), options.Epochs),
            (nameof(options.BatchSize), options.BatchSize),
            (nameof(options.Optimizer), options.Optimizer),
            (nameof(options.LearningRate), options.HighestLearningRate),
            (nameof(options.Schedule), options.Schedule),
            (nameof(options.WeightDecay), options.WeightDecay),
            (nameof(options.LabelSmoothing), options.LabelSmoothing),
            (nameof(options.WeightAveraging), options.WeightAveraging),
            (nameof(options.GradientClipping), (object?)options.GradientClipping ?? "none"),
            (nameof(options.Patience), (object?)options.Patience ?? "none"),
            (nameof(options.ValidationFraction), options.ValidationFraction),
            (nameof(options.MaskSharing), options.MaskSharing),
            (nameof(options.MasksPerImage), options.MasksPerImage),
            (nameof(options.Consistency), options.Consistency),
            (nameof(options.ContestWeight), options.ContestWeight),
            (nameof(options.ContestTarget), options.ContestTarget),
            .. options.ContestPatch is { } side ? new (string, object)[] { (nameof(options.ContestPatch), side) } : [],
            (nameof(options.InitialRetainedScale), options.InitialRetainedScale),
            .. options.RetainedSpread > 1 ? new (string, object)[] { (nameof(options.RetainedSpread), options.RetainedSpread) } : [],
            .. options.Distillation > 0
                ? new (string, object)[] { (nameof(options.Distillation), options.Distillation), (nameof(options.DistillationScale), options.DistillationScale) }
                : [],
            (nameof(options.Reconstruction), options.Reconstruction),
            (nameof(options.MixedPrecision), options.MixedPrecision),
            .. options.InitialModel is { } model ? new (string, object)[] { ("SHA-256 of the weights of InitialModel", InitialWeights.Digest(model)) } : [],
            ("RandomAblation", setup.Set.Description.Ablation ?? "unknown"),
            ("Rows trained on", setup.Counts.Training),
            ("Rows held out", setup.Counts.HeldOut),
            ("Rows in all", setup.Counts.All),
            ("Whether the data can be shuffled", setup.Set.CanShuffle),
            ("SHA-256 of the first rows", setup.Set.Digest()),
            // The name of a library network identifies it; a factory of the user's may have changed.
            .. architecture is ModuleArchitecture
                ? new (string, object)[] { ("SHA-256 of the network's names and shapes", Digest(architecture.ParametersOf(setup.Shape))) }
                : [],
        ];
        return new([.. entries.Select(entry => KeyValuePair.Create(entry.Name, Convert.ToString(entry.Value, CultureInfo.InvariantCulture)!))]);
    }

    /// <summary>The differences from a stored fingerprint, as part of a message; null if there are none.</summary>
    public string? DifferencesFrom(TrainingFingerprint stored)
    {
        var given = Entries.ToDictionary();
        var kept = stored.Entries.ToDictionary();
        string[] differences =
        [
            .. given.Keys.Union(kept.Keys)
                .Select(name => (Name: name, Given: given.GetValueOrDefault(name, "none"), Stored: kept.GetValueOrDefault(name, "none")))
                .Where(entry => entry.Given != entry.Stored)
                .Select(entry => $"{entry.Name} is {entry.Given}, stored is {entry.Stored}"),
        ];
        return differences.Length == 0 ? null : string.Join("; ", differences);
    }

    /// <summary>A hash of names and shapes.</summary>
    private static string Digest(IReadOnlyList<TensorSpec> parameters) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parameters))));
}
