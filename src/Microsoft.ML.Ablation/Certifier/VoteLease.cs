namespace Microsoft.ML.Ablation;

/// <summary>A source of votes for as long as a cursor reads. Disposing it frees the source where it is this cursor's alone.</summary>
internal readonly struct VoteLease<TSource>(TSource source, bool isOwned) : IDisposable
    where TSource : IDisposable
{
    public TSource Source => source;

    public void Dispose()
    {
        if (isOwned)
            source.Dispose();
    }
}
