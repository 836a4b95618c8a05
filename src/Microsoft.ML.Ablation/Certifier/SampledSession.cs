using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with random ablations: votes are sampled as the plan asks, or all counted where there are few.</summary>
internal sealed class SampledSession : VectorSession
{
    private readonly SampledVotes _sampled;

    public SampledSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, VoteCertifier mathematics, AblationSeed seed, VoteEngine engine)
        : base(host, options, binding, seed, engine)
        => _sampled = new SampledVotes(mathematics, options);

    /// <inheritdoc cref="SampledVotes.Mathematics"/>
    public VoteCertifier Mathematics => _sampled.Mathematics;

    /// <inheritdoc cref="SampledVotes.ExactCount"/>
    public int? ExactCount => _sampled.ExactCount;

    /// <summary>The votes of a cursor's rows; the cursor disposes them.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public VoteLease<IVoteSource> OpenVotes(DataViewRow input) => Engine.Open(Binding, input, new VoteSourceMaker(Mathematics.K));

    public override RowVoter Open(DataViewRow input) => new SampledVoter(this, OpenVotes(input));

    public override IEnumerable<RowInquiry> Inquire(DataViewRowCursor rows)
    {
        var row = new KeyedRow(Binding, Seed, rows);
        using VoteLease<IVoteSource> votes = OpenVotes(rows);
        IVoteSource source = votes.Source;
        var sampler = new SubsetSampler(Mathematics.D, Mathematics.K);
        IReadOnlyList<string>? names = Binding.PositionNames();
        while (rows.MoveNext())
        {
            CheckAlive();
            AblationKey key = row.Key;
            yield return new SampledInquiry(_sampled, new RowVotes(source.SamplesAtOnce, (ranges, ballot) => source.CountVotesAsync(row.Planar, key, ranges, ballot),
                Answer, (stage, sample) => sampler.Sample(key, stage, sample).ToArray()), Mathematics.D, names);

            int[] Answer(AblationStage stage, uint[] samples)
            {
                CheckAlive();
                return source.Answer(row.Planar, key, stage, samples);
            }
        }
    }

    /// <summary>Draws the votes of one row as the plan asks for them, and certifies. May be called from several threads.</summary>
    /// <param name="votes">Who counts.</param>
    /// <param name="planar">The row's values in channel-major order; not to be changed until the answer is there.</param>
    /// <param name="key">The key of the row's ablations.</param>
    public Task<RowResult> CertifyAsync(IVoteSource votes, ReadOnlyMemory<float> planar, AblationKey key)
        => _sampled.CertifyAsync((ranges, ballot) => votes.CountVotesAsync(planar, key, ranges, ballot), votes.SamplesAtOnce);

    public override void LogReach(IChannel channel)
    {
        int classes = Binding.ClassCount;
        if (ExactCount is { } all)
        {
            channel.Info($"Exact mode: d = {Mathematics.D} and k = {Mathematics.K} have only {all} ablations, and each is classified once.");
            return;
        }
        int reachable = Mathematics.LargestReachableRadius(classes);
        if (reachable < 0)
        {
            channel.Warning(FormattableString.Invariant($"{Mathematics.Plan.EstimationCount} votes certify nothing at alpha {Mathematics.Options.Alpha}, whatever they are; at least ")
                + $"{Mathematics.SmallestUsefulCount(classes)} are needed.");
            return;
        }
        channel.Info($"With d = {Mathematics.D} and k = {Mathematics.K} no radius exceeds {Mathematics.LargestCertifiableRadius}, and with this plan {reachable}.");
    }
}
