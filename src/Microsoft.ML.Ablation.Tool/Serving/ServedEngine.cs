using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Answers one question after the other; each thread has its own.</summary>
internal abstract class ServedEngine : IDisposable
{
    /// <summary>Certifies one row.</summary>
    /// <param name="question">The row.</param>
    /// <param name="ablations">How many of its ablations the answer shows.</param>
    /// <exception cref="RefusedRequestException">The row is none that the model takes.</exception>
    public abstract JsonObject Ask(ServedQuestion question, int ablations);

    /// <summary>Explains the answer for one row.</summary>
    /// <param name="question">The row.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RefusedRequestException">The row is none that the model takes, or the model's answers are not explained.</exception>
    public abstract JsonObject Explain(ServedQuestion question, CancellationToken cancellation);

    public abstract void Dispose();
}
