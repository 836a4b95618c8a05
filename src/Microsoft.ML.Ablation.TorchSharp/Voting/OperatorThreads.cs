using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// Threads of a source, each of which computes alone. A thread sets its own number of operator threads, which also becomes the default for new threads, so the application's default is
/// restored when all have begun.
/// </summary>
internal static class OperatorThreads
{
    /// <summary>Makes an object whose threads call <see cref="BeAlone"/>.</summary>
    public static T Keep<T>(Func<T> make)
    {
        int before = get_num_threads();
        T made = make();
        set_num_threads(before);
        return made;
    }

    /// <summary>Makes operators of this thread single-threaded.</summary>
    public static void BeAlone() => set_num_threads(1);
}
