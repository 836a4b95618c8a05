namespace Microsoft.ML.Ablation.Voting;

/// <summary>Checks on some ablations that a chain of transformers is a function, also when several threads ask it at once: votes need both.</summary>
internal sealed class ScorerCheck
{
    private const int LargestSample = 64;

    private readonly ChainScorer[] _scorers;
    private readonly SampleRange _range;

    private ScorerCheck(ChainScorer[] scorers, SampleRange range)
    {
        _scorers = scorers;
        _range = range with { Count = Math.Min(LargestSample, range.Count) };
    }

    /// <exception cref="InvalidOperationException">The answers depend on something beside the row, or on other threads.</exception>
    public static void Require(ChainScorer[] scorers, SampleRange range)
    {
        var check = new ScorerCheck(scorers, range);
        int[] expected = check.Answers(scorers[0]);
        check.RequireRepeatable(expected);
        if (scorers.Length > 1)
            check.RequireThreadSafe(expected);
    }

    private void RequireRepeatable(int[] expected)
    {
        int differing = Differing(expected, Answers(_scorers[0]));
        if (differing > 0)
        {
            throw new InvalidOperationException($"The base classifier gave other answers to {differing} of {_range.Count} ablations when it was asked again; a certificate is "
                + "about a classifier that always gives the same answer to the same row. Look for randomness or state in its transformers.");
        }
    }

    /// <summary>All threads ask at the same time, each with a scorer of its own.</summary>
    private void RequireThreadSafe(int[] expected)
    {
        using var start = new Barrier(_scorers.Length);
        var differing = new int[_scorers.Length];
        var failures = new Exception?[_scorers.Length];
        Thread[] threads = [.. _scorers.Select((_, index) => new Thread(() => AskAlongside(index)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Exception? failure = failures.FirstOrDefault(failure => failure is not null);
        if (failure is not null || differing.Sum() > 0)
        {
            throw new InvalidOperationException($"The base classifier is not thread-safe: with {_scorers.Length} threads "
                + (failure is null ? $"{differing.Sum()} of {_range.Count * _scorers.Length} answers differ from those to one thread" : $"it failed ({failure.Message})")
                + ". Set SmoothedCertifierOptions.Threads = 1.", failure);
        }

        void AskAlongside(int index)
        {
            start.SignalAndWait();
            try
            {
                differing[index] = Differing(expected, Answers(_scorers[index]));
            }
            catch (Exception e)
            {
                failures[index] = e;
            }
        }
    }

    private int[] Answers(ChainScorer scorer) => [.. Enumerable.Range(0, _range.Count).Select(i => scorer.ClassOrNone(_range.Stage, _range.First + (uint)i))];

    private static int Differing(int[] left, int[] right) => left.Where((answer, index) => answer != right[index]).Count();
}
