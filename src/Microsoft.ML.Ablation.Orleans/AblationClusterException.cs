namespace Microsoft.ML.Ablation.Orleans;

/// <summary>A cluster cannot be reached, cannot count, or does not answer; the message says what to do.</summary>
public sealed class AblationClusterException : Exception
{
    /// <summary>An exception without a message of its own.</summary>
    public AblationClusterException()
    {
    }

    /// <param name="message">What happened, and what to do.</param>
    public AblationClusterException(string message) : base(message)
    {
    }

    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">What it came from.</param>
    public AblationClusterException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
