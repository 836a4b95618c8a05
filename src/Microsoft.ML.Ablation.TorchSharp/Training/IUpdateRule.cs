using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Updates parameters by their gradients, and keeps state between steps.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>The state; with the number of steps, it determines the next step.</summary>
    IReadOnlyList<Tensor> State { get; }

    /// <summary>One step.</summary>
    void Step(double learningRate);

    /// <summary>Restores the state of an earlier run.</summary>
    /// <param name="state">The values of its <see cref="State"/>.</param>
    /// <param name="steps">The number of its steps.</param>
    void Restore(IReadOnlyList<float[]> state, long steps);
}
