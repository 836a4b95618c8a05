using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with random ablations of words: the certificate of a text of d words is the one of d positions, of which k(d) are retained.</summary>
internal sealed class RandomWordSession : WordSession
{
    private const int MostLengths = 4096;

    private readonly RandomWordAblationTransformer _ablation;
    private readonly Dictionary<int, SampledVotes> _lengths = [];
    private readonly Lock _lock = new();

    /// <summary>How many words an ablation retains.</summary>
    public WordShare Share => new(_ablation.Share, _ablation.Minimum);

    public RandomWordSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, RandomWordAblationTransformer ablation, AblationSeed seed, VoteEngine engine)
        : base(host, options, binding, ablation, seed, engine)
        => _ablation = ablation;

    public override RowResult Certify(ChainVotes votes, ShownText text)
        => ForLength(text.Words.Length).CertifyAsync((ranges, ballot) => Task.FromResult(votes.Count(text, ranges, ballot)), votes.SamplesAtOnce).GetAwaiter().GetResult();

    public override string ChangeWithin(int radius, int positions) => Replacement(radius, positions);

    protected override RowInquiry Inquire(ChainVotes votes, ShownText text, IWordRetention retention)
    {
        return new SampledInquiry(ForLength(text.Words.Length), new RowVotes(votes.SamplesAtOnce, (ranges, ballot) => Task.FromResult(votes.Count(text, ranges, ballot)), Answer,
            (stage, sample) => retention.Of(text.Words, text.Key, stage, sample).ToArray()), text.Words.Length, text.Words);

        int[] Answer(AblationStage stage, uint[] samples)
        {
            CheckAlive();
            return votes.Answer(text, stage, samples);
        }
    }

    public override void LogReach(IChannel channel)
    {
        int[] lengths = [10, 30, 100];
        int[] radii = [.. lengths.Select(LargestRadius)];
        if (radii.Max() < 0)
        {
            channel.Warning(FormattableString.Invariant($"{Options.Plan.EstimationCount} votes certify nothing at alpha {Options.Certification.Alpha}, whatever they are; draw more."));
            return;
        }
        channel.Info(FormattableString.Invariant($"{_ablation.Share:P0} of a text's words are retained; certificates are about replaced words, not about inserted or deleted ones. No radius ")
            + $"exceeds {string.Join(", ", lengths.Zip(radii, (d, radius) => $"{Math.Max(0, radius)} for {d} words"))}.");
    }

    private int LargestRadius(int d)
    {
        SampledVotes sampled = ForLength(d);
        return sampled.ExactCount is null ? sampled.Mathematics.LargestReachableRadius(Binding.ClassCount) : sampled.Mathematics.LargestCertifiableRadius;
    }

    /// <summary>What votes say of texts of <paramref name="d"/> words; a text without words counts as one word that is empty.</summary>
    private SampledVotes ForLength(int d)
    {
        int positions = Math.Max(1, d);
        lock (_lock)
        {
            if (_lengths.TryGetValue(positions, out SampledVotes? known))
                return known;
            if (_lengths.Count == MostLengths)
                _lengths.Clear();
            return _lengths[positions] = new SampledVotes(new VoteCertifier(positions, _ablation.RetainedOf(positions), Options.Plan, Options.Certification), Options);
        }
    }
}
