using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>
/// How the threads of torch and LightGBM wait for one another. By default they spin, and beside other work on the same cores the one that is waited for hardly runs: a training of seconds
/// takes minutes. Sleeping costs next to nothing.
/// </summary>
internal static partial class OpenMpThreads
{
    private const string Variable = "OMP_WAIT_POLICY", Sleeping = "PASSIVE";

    /// <summary>Lets threads sleep, unless the user has said how they wait. To be called before a native library is loaded, which reads the environment once.</summary>
    public static void SleepWhileWaiting()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        Environment.SetEnvironmentVariable(Variable, Sleeping);
        // On Unix .NET keeps variables to itself; native libraries see those of the C library.
        if (!OperatingSystem.IsWindows())
            _ = SetEnvironmentVariable(Variable, Sleeping, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
