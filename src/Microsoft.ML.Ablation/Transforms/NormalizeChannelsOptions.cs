using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the normalisation of channels.</summary>
public sealed class NormalizeChannelsOptions : ImageTransformOptions
{
    private readonly float[] _means = [];
    private readonly float[] _deviations = [];

    /// <summary>Options without the required ones.</summary>
    public NormalizeChannelsOptions()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private NormalizeChannelsOptions(float[] means, float[] deviations, BinaryReader columns)
        : base(columns)
    {
        Means = means;
        StandardDeviations = deviations;
    }

    /// <summary>What is subtracted from each channel: finite, one number per channel. Required.</summary>
    public required IReadOnlyList<float> Means { get => _means; init => _means = [.. value ?? []]; }

    /// <summary>What each channel is divided by then: finite, above 0, one number per channel. Required.</summary>
    public required IReadOnlyList<float> StandardDeviations { get => _deviations; init => _deviations = [.. value ?? []]; }

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal override void Validate()
    {
        if (_means.Length == 0 || _means.Length != _deviations.Length)
        {
            throw new ArgumentException($"There are {_means.Length} Means and {_deviations.Length} StandardDeviations; give one of each for "
                + "every channel.");
        }
        foreach (float mean in _means)
        {
            if (!float.IsFinite(mean))
                throw new ArgumentOutOfRangeException(nameof(Means), FormattableString.Invariant($"Means has {mean}; each must be finite."));
        }
        foreach (float deviation in _deviations)
        {
            if (!float.IsFinite(deviation) || deviation <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(StandardDeviations), FormattableString.Invariant(
                    $"StandardDeviations has {deviation}; each must be finite and above 0."));
            }
        }
        base.Validate();
    }

    /// <inheritdoc/>
    internal override FeatureLayout ResolveLayout(string columnName, DataViewType type)
    {
        FeatureLayout layout = base.ResolveLayout(columnName, type);
        if (layout.Channels != _means.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(Means), $"There are {_means.Length} Means, but column '{columnName}' has "
                + $"{layout.Channels} channel{(layout.Channels == 1 ? "" : "s")}; give one for every channel. A flat vector needs its Shape.");
        }
        return layout;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(_means.Length);
        foreach (float mean in _means)
            writer.Write(mean);
        foreach (float deviation in _deviations)
            writer.Write(deviation);
        WriteColumns(writer);
    }

    internal static NormalizeChannelsOptions Read(BinaryReader reader)
    {
        int channels = reader.ReadInt32();
        if (channels is < 1 or > 4096)
            throw new FormatException($"The model file is damaged: it normalises {channels} channels.");
        return Checked(new NormalizeChannelsOptions(ReadAll(), ReadAll(), reader));

        float[] ReadAll() => [.. Enumerable.Range(0, channels).Select(_ => reader.ReadSingle())];
    }
}
