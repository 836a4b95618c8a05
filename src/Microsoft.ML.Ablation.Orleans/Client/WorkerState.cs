using System.Collections.Concurrent;
using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>What a client knows of one worker: what it has opened, and how fast it counts.</summary>
/// <param name="name">The worker's address.</param>
internal sealed class WorkerState(string name)
{
    private readonly ConcurrentDictionary<string, OpenAnswer> _subjects = new();

    /// <summary>The worker's address.</summary>
    public string Name => name;

    /// <summary>How fast it counted recently; null at first.</summary>
    public double? VotesPerSecond { get; private set; }

    /// <summary>Why it is not used at all; null when it is, or is not known yet.</summary>
    public string? Rejection { get; set; }

    /// <summary>Whether it was asked to open a subject.</summary>
    public bool Knows(VoteSubject subject) => _subjects.ContainsKey(subject.Name);

    public bool IsReadyFor(VoteSubject subject) => _subjects.TryGetValue(subject.Name, out OpenAnswer? answer) && answer.State == OpenState.Ready;

    /// <summary>Why it cannot count a subject's votes; null when it can, or has not been asked.</summary>
    public string? Refusal(VoteSubject subject)
        => Rejection ?? (_subjects.TryGetValue(subject.Name, out OpenAnswer? answer) && answer.State == OpenState.Refused ? answer.Reason : null);

    /// <summary>Samples that it scores at once.</summary>
    public int SamplesAtOnce(VoteSubject subject) => _subjects[subject.Name].SamplesAtOnce;

    /// <summary>Keeps the worker's answer to a request to open a subject.</summary>
    public void Opened(VoteSubject subject, OpenAnswer answer) => _subjects[subject.Name] = answer;

    /// <summary>The worker has closed a subject; it is to be asked again.</summary>
    public void Closed(VoteSubject subject) => _subjects.TryRemove(subject.Name, out _);

    /// <summary>Measures its speed, in which the last pieces weigh most.</summary>
    public void Counted(int votes, double seconds)
    {
        double rate = votes / Math.Max(seconds, 1e-6);
        VotesPerSecond = VotesPerSecond is { } before ? 0.7 * before + 0.3 * rate : rate;
    }
}
