using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Moves parameters along their gradients, and keeps what it has to remember of earlier steps.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>What it remembers; with the number of steps, all that the next step depends on.</summary>
    IReadOnlyList<Tensor> State { get; }

    /// <summary>One step.</summary>
    void Step(double learningRate);

    /// <summary>Takes up another rule's memory.</summary>
    /// <param name="state">The values of its <see cref="State"/>.</param>
    /// <param name="steps">The steps that it had made.</param>
    void Restore(IReadOnlyList<float[]> state, long steps);
}
