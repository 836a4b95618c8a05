using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Versions and machine, for readers of a manifest.</summary>
internal sealed record RunMachine(string Library, string MLNet, string Runtime, string System, string Architecture, int Processors)
{
    public static RunMachine ThisOne() => new(VersionOf(typeof(SmoothedCertifierTransformer)), VersionOf(typeof(MLContext)), RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount);

    /// <summary>The version of the assembly that a type is in.</summary>
    public static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
