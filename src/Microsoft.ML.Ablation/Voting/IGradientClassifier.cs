namespace Microsoft.ML.Ablation.Voting;

/// <summary>A fitted model that can tell in which direction a row changes its answers to ablations; for attacks that know the model.</summary>
internal interface IGradientClassifier
{
    /// <summary>
    /// The margin p_y − max p_j, j ≠ y, of the mean of the softmax probabilities over some ablations, and its gradient.
    /// </summary>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="retained">The retained positions of each ablation; at least one.</param>
    /// <param name="label">y, the true class.</param>
    /// <param name="gradient">Receives the derivative by each value.</param>
    /// <returns>The margin.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    double Margin(AblationEncoder encoder, ReadOnlySpan<float> planar, IReadOnlyList<int[]> retained, int label, Span<float> gradient);
}
