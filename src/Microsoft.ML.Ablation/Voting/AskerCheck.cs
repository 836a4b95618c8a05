namespace Microsoft.ML.Ablation.Voting;

/// <summary>Checks on some ablations that a chain of transformers is a function, also when several threads ask it at once: votes need both.</summary>
internal sealed class AskerCheck
{
    private const int LargestSample = 64;

    private readonly ChainAsker[] _askers;
    private readonly SampleRange _range;

    private AskerCheck(ChainAsker[] askers, SampleRange range)
    {
        _askers = askers;
        _range = range with { Count = Math.Min(LargestSample, range.Count) };
    }

    /// <exception cref="InvalidOperationException">The answers depend on something beside the row, or on other threads.</exception>
    public static void Require(ChainAsker[] askers, SampleRange range)
    {
        var check = new AskerCheck(askers, range);
        int[] expected = check.Answers(askers[0]);
        check.RequireRepeatable(expected);
        if (askers.Length > 1)
            check.RequireThreadSafe(expected);
    }

    private void RequireRepeatable(int[] expected)
    {
        int differing = Differing(expected, Answers(_askers[0]));
        if (differing > 0)
        {
            throw new InvalidOperationException($"The base model gave other answers to {differing} of {_range.Count} ablations when it was asked again; a certificate is "
                + "about a model that always gives the same answer to the same row. Look for randomness or state in its transformers.");
        }
    }

    /// <summary>All threads ask at the same time, each with a scorer of its own.</summary>
    private void RequireThreadSafe(int[] expected)
    {
        using var start = new Barrier(_askers.Length);
        var differing = new int[_askers.Length];
        var failures = new Exception?[_askers.Length];
        Thread[] threads = [.. _askers.Select((_, index) => new Thread(() => AskAlongside(index)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Exception? failure = failures.FirstOrDefault(failure => failure is not null);
        if (failure is not null || differing.Sum() > 0)
        {
            throw new InvalidOperationException($"The base model is not thread-safe: with {_askers.Length} threads "
                + (failure is null ? $"{differing.Sum()} of {_range.Count * _askers.Length} answers differ from those to one thread" : $"it failed ({failure.Message})")
                + ". Set Threads = 1 in the options of the certifier or regressor.", failure);
        }

        void AskAlongside(int index)
        {
            start.SignalAndWait();
            try
            {
                differing[index] = Differing(expected, Answers(_askers[index]));
            }
            catch (Exception e)
            {
                failures[index] = e;
            }
        }
    }

    private int[] Answers(ChainAsker asker) => [.. Enumerable.Range(0, _range.Count).Select(i => asker.BitsOf(_range.Stage, _range.First + (uint)i))];

    private static int Differing(int[] left, int[] right) => left.Where((answer, index) => answer != right[index]).Count();
}
