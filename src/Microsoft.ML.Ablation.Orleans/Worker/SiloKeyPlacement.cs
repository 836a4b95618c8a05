using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>A grain's key is the address of the silo where it lives: the client decides who does what, because votes per second differ.</summary>
[Serializable]
internal sealed class SiloKeyPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class SiloKeyPlacementAttribute() : PlacementAttribute(new SiloKeyPlacement());

internal sealed class SiloKeyPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        SiloAddress? silo = context.GetCompatibleSilos(target).FirstOrDefault(silo => silo.ToParsableString() == key);
        return silo is null
            ? Task.FromException<SiloAddress>(new SiloUnavailableException($"Worker {key} is not in the cluster (any more)."))
            : Task.FromResult(silo);
    }
}
