using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>Creates what the membership needs in its store before the silo writes to it.</summary>
internal sealed class MembershipPreparation(AblationWorkerOptions options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await options.Membership.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new AblationClusterException($"The membership store {options.Membership} cannot be reached: {e.Message}", e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
