using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>
/// Small networks gain nothing from threads, and threads that wait for each other on a busy machine make tests slow.
/// </summary>
[TestClass]
public static class TestThreads
{
    [AssemblyInitialize]
    public static void UseOne(TestContext _)
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
    }

    /// <summary>Runs something with this many threads.</summary>
    public static void With(int threads, Action action)
    {
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            action();
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
