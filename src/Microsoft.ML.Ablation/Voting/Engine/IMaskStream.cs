namespace Microsoft.ML.Ablation.Voting;

/// <summary>One thread's way from rows to the scores of all masks.</summary>
internal interface IMaskStream : IDisposable
{
    /// <summary>The probabilities of all classes, mask by mask.</summary>
    /// <param name="planar">The row's values in channel-major order.</param>
    float[] Score(ReadOnlySpan<float> planar);
}
