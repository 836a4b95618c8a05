using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace Microsoft.ML.Ablation.Tool.Cluster;

/// <summary>Whether the worker is a member of its cluster.</summary>
internal sealed class MemberHealth(ILocalSiloDetails silo, IClusterMembershipService members) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        SiloStatus status = members.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The worker is {status}, not Active."));
    }
}
