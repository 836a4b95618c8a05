namespace Microsoft.ML.Ablation.Voting;

/// <summary>A row whose masks are to be scored.</summary>
/// <param name="planar">Its values in channel-major order.</param>
internal sealed class MaskJob(ReadOnlyMemory<float> planar)
{
    private readonly TaskCompletionSource<float[]> _scores = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The probabilities, mask by mask.</summary>
    public Task<float[]> Scores => _scores.Task;

    public void Do(IMaskStream stream)
    {
        try
        {
            _scores.SetResult(stream.Score(planar.Span));
        }
        catch (Exception e)
        {
            // Rethrown where the scores are waited for.
            _scores.SetException(e);
        }
    }
}
