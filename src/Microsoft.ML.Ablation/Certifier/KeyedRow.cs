using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The features of the row at a cursor's position, with the key of its ablations; each row is read once.</summary>
/// <param name="binding">How rows are read.</param>
/// <param name="seed">The seed of their keys.</param>
/// <param name="input">The row.</param>
internal sealed class KeyedRow(BaseModelBinding binding, AblationSeed seed, DataViewRow input)
{
    private readonly ValueGetter<VBuffer<float>> _getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[binding.FeatureColumn.Index]);
    private readonly float[] _planar = new float[binding.Encoder.Layout.Shape.Values];
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
                binding.Encoder.ReadRow(_features, input.Position, _planar);
                _key = seed.KeyOf(_planar);
                _position = input.Position;
            }
            return _key;
        }
    }

    /// <summary>The current row's values in channel-major order, after <see cref="Key"/>.</summary>
    public ReadOnlyMemory<float> Planar => _planar;
}
