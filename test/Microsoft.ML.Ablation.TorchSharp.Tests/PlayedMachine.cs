namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>
/// Makes this library take the processor for one with or without bfloat16 until it is disposed. It holds for the whole process, so tests that use it
/// are marked <see cref="DoNotParallelizeAttribute"/>.
/// </summary>
internal sealed class PlayedMachine : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable(CpuFeatures.Variable);

    public PlayedMachine(bool bfloat16) => Environment.SetEnvironmentVariable(CpuFeatures.Variable, bfloat16 ? "on" : "off");

    public void Dispose() => Environment.SetEnvironmentVariable(CpuFeatures.Variable, _before);
}
