namespace Microsoft.ML.Ablation.Voting;

/// <summary>A base classifier as the threads of a <see cref="CpuVoteSource"/> use it.</summary>
internal interface IBatchScorer : IDisposable
{
    int ClassCount { get; }

    /// <summary>Encodes a row. Not thread-safe.</summary>
    /// <exception cref="ArgumentException">The row does not have the length of the classifier's input.</exception>
    EncodedRow EncodeRow(ReadOnlySpan<float> planar);

    /// <summary>Opens a stream of batches, on the thread that will use it.</summary>
    /// <param name="batchSize">Samples scored together.</param>
    IBatchStream OpenStream(int batchSize);
}
