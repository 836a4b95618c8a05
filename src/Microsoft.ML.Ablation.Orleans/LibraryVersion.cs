using System.Reflection;

namespace Microsoft.ML.Ablation.Orleans;

internal static class LibraryVersion
{
    /// <summary>The version of the library, with the commit where the build knows it.</summary>
    public static string Text { get; } =
        typeof(SmoothedCertifierTransformer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
