using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>For hosts that stop when their program says so, and leave signals to it.</summary>
internal sealed class ClusterHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
