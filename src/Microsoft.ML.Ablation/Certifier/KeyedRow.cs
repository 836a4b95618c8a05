using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The features of the row at a cursor's position, with the key of its ablations; each row is read once.</summary>
/// <param name="session">How rows are read, and the seed.</param>
/// <param name="input">The row.</param>
internal sealed class KeyedRow(CertifyingSession session, DataViewRow input)
{
    private readonly ValueGetter<VBuffer<float>> _getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[session.Binding.FeatureColumn.Index]);
    private readonly float[] _planar = new float[session.Binding.Encoder.Layout.Shape.Values];
    private VBuffer<float> _features;
    private long _position = -1;
    private AblationKey _key;

    /// <summary>The key of the current row's ablations.</summary>
    public AblationKey Key
    {
        get
        {
            if (input.Position != _position)
            {
                _getFeatures(ref _features);
                session.Binding.Encoder.ReadRow(_features, input.Position, _planar);
                _key = session.Seed.KeyOf(_planar);
                _position = input.Position;
            }
            return _key;
        }
    }

    /// <summary>The current row's values in channel-major order, after <see cref="Key"/>.</summary>
    public ReadOnlyMemory<float> Planar => _planar;
}
