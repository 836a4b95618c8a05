namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Progress that arrives at once and on the reporting thread.</summary>
internal sealed class Synchronous<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
