using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A row of which ablations are shown, as all threads read it.</summary>
/// <param name="Key">The key of its ablations.</param>
internal abstract record ShownRow(AblationKey Key);

/// <summary>A row of numbers.</summary>
/// <param name="Encoded">All its values, encoded; not changed while it is shown.</param>
/// <param name="Key">The key of its ablations.</param>
internal sealed record ShownVector(float[] Encoded, AblationKey Key) : ShownRow(Key)
{
    /// <summary>A row, encoded.</summary>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="planar">Its values in channel-major order.</param>
    /// <param name="key">The key of its ablations.</param>
    /// <param name="encoded">Receives all its values, encoded.</param>
    public static ShownVector Of(AblationEncoder encoder, ReadOnlySpan<float> planar, AblationKey key, float[] encoded)
    {
        encoder.EncodeAll(planar, encoded);
        return new ShownVector(encoded, key);
    }
}

/// <summary>A text.</summary>
/// <param name="Words">Its words, in order.</param>
/// <param name="Key">The key of its ablations.</param>
internal sealed record ShownText(string[] Words, AblationKey Key) : ShownRow(Key);
