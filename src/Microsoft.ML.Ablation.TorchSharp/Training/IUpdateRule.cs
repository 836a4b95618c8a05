namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Moves parameters along their gradients, and keeps what it has to remember of earlier steps.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>One step.</summary>
    void Step(double learningRate);
}
