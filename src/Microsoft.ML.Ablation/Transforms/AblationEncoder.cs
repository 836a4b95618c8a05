using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Turns the values of one row into what the base classifier sees: retained positions encoded, all others NULL.
/// Works in channel-major order (value of channel <c>c</c> at position <c>p</c> at <c>c·d + p</c>). Safe from several threads.
/// </summary>
public sealed class AblationEncoder
{
    private readonly bool _boundedValues;
    private readonly string _columnName;
    private readonly float[] _null;

    /// <param name="columnName">The feature column, for messages.</param>
    /// <param name="layout">Where the values stand in the column.</param>
    /// <param name="encoding">How NULL is shown.</param>
    /// <param name="means">Training mean per channel, or per slot of groups, for <see cref="AblationEncoding.Mean"/>, else null.</param>
    /// <param name="normalizedInput">Whether values may leave [0, 1].</param>
    internal AblationEncoder(string columnName, FeatureLayout layout, AblationEncoding encoding, float[]? means, bool normalizedInput)
    {
        _columnName = columnName;
        Layout = layout;
        Encoding = encoding;
        _boundedValues = encoding == AblationEncoding.Complement && !normalizedInput;
        EncodedChannels = layout.EncodedChannels(encoding);
        EncodedValues = layout.EncodedValues(encoding);
        _null = new float[encoding == AblationEncoding.Mean ? layout.MeanCount : EncodedChannels];
        if (encoding == AblationEncoding.Mean)
            means!.CopyTo(_null, 0);
        else if (encoding == AblationEncoding.Missing)
            _null.AsSpan().Fill(float.NaN);
    }

    internal FeatureLayout Layout { get; }

    /// <summary>The shape of a row.</summary>
    public ImageShape Shape => Layout.Shape;

    /// <summary>The number d of positions.</summary>
    public int Positions => Layout.Positions;

    /// <summary>How NULL is shown.</summary>
    public AblationEncoding Encoding { get; }

    /// <summary>Channels after encoding, where positions are no groups.</summary>
    public int EncodedChannels { get; }

    /// <summary>Values after encoding.</summary>
    public int EncodedValues { get; }

    /// <summary>NULL, one value per encoded channel; where positions are groups, of which every slot has a mean, one per slot.</summary>
    public ReadOnlySpan<float> Null => _null;

    /// <summary>Reads and checks a row.</summary>
    /// <param name="row">The row as the column has it.</param>
    /// <param name="rowNumber">The row's number in the view, from 0, for messages.</param>
    /// <param name="planar">Receives the values in channel-major order.</param>
    /// <exception cref="ArgumentException">The row has another length, or a value that cannot be encoded.</exception>
    internal void ReadRow(in VBuffer<float> row, long rowNumber, Span<float> planar)
    {
        if (row.Length != Layout.Shape.Values)
        {
            throw new ArgumentException($"Row {rowNumber} of column '{_columnName}' has {row.Length} values, but the model takes "
                + $"{Layout.Shape.Values} ({Layout.Shape}).");
        }
        Layout.ToPlanar(row, planar);
        for (int i = 0; i < planar.Length; i++)
        {
            float value = planar[i];
            if (_boundedValues ? value is >= 0f and <= 1f : float.IsFinite(value))
                continue;
            if (Encoding is AblationEncoding.Missing or AblationEncoding.Presence && float.IsNaN(value))
                continue;
            throw BadValue(i, value, rowNumber);
        }
    }

    private ArgumentException BadValue(int index, float value, long rowNumber)
    {
        int slot = Layout.IsGrouped ? index : Layout.SlotOf(index % Layout.Positions, index / Layout.Positions);
        string where = FormattableString.Invariant($"Row {rowNumber} of column '{_columnName}' has {value} in slot {slot}");
        return new ArgumentException(float.IsFinite(value)
            ? $"{where}, but the Complement encoding takes values from 0 to 1; scale the column (ExtractPixels has scaleImage: 1/255f), "
                + "or set NormalizedInput when it is normalised on purpose."
            : $"{where}, but values must be finite; replace or drop such rows"
                + (float.IsNaN(value) ? ", or use the encoding Missing or Presence, which take missing values." : "."));
    }

    /// <summary>Encodes every position, channel-major, as if all were retained.</summary>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="encoded">Receives <see cref="EncodedValues"/> values.</param>
    public void EncodeAll(ReadOnlySpan<float> planar, Span<float> encoded)
    {
        planar.CopyTo(encoded);
        Span<float> more = encoded[planar.Length..];
        if (Encoding == AblationEncoding.Presence)
            more.Fill(1f);
        if (Encoding != AblationEncoding.Complement)
            return;
        for (int i = 0; i < planar.Length; i++)
            more[i] = 1f - planar[i];
    }

    /// <summary>Writes one ablation of an encoded row in the layout of the column.</summary>
    /// <param name="encoded">The row as <see cref="EncodeAll"/> gives it.</param>
    /// <param name="retained">The retained positions.</param>
    /// <param name="ablated">Receives <see cref="EncodedValues"/> values.</param>
    public void Ablate(ReadOnlySpan<float> encoded, ReadOnlySpan<int> retained, Span<float> ablated)
    {
        if (Layout.IsGrouped)
        {
            AblateGroups(encoded, retained, ablated);
            return;
        }
        int positions = Layout.Positions;
        int positionStride = Layout.IsInterleaved ? EncodedChannels : 1;
        int channelStride = Layout.IsInterleaved ? 1 : positions;
        FillNull(ablated);
        for (int channel = 0; channel < EncodedChannels; channel++)
        {
            ReadOnlySpan<float> source = encoded.Slice(channel * positions, positions);
            foreach (int position in retained)
                ablated[channel * channelStride + position * positionStride] = source[position];
        }
    }

    private void AblateGroups(ReadOnlySpan<float> encoded, ReadOnlySpan<int> retained, Span<float> ablated)
    {
        int slots = Layout.Shape.Values;
        if (Encoding == AblationEncoding.Mean)
            _null.CopyTo(ablated);
        else
            ablated.Fill(_null[0]);
        foreach (int position in retained)
        {
            foreach (int slot in Layout.SlotsOf(position))
            {
                ablated[slot] = encoded[slot];
                if (Encoding == AblationEncoding.Complement)
                    ablated[slots + slot] = encoded[slots + slot];
            }
            if (Encoding == AblationEncoding.Presence)
                ablated[slots + position] = 1f;
        }
    }

    private void FillNull(Span<float> ablated)
    {
        if (Encoding != AblationEncoding.Mean)
        {
            ablated.Fill(_null[0]);
        }
        else if (Layout.IsInterleaved)
        {
            for (int i = 0; i < ablated.Length; i++)
                ablated[i] = _null[i % EncodedChannels];
        }
        else
        {
            for (int channel = 0; channel < EncodedChannels; channel++)
                ablated.Slice(channel * Layout.Positions, Layout.Positions).Fill(_null[channel]);
        }
    }
}
