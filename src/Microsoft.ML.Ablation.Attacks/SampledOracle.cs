using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A classifier that is smoothed by random ablations: looks are some of them, and fresh votes of another seed verify a success.</summary>
internal sealed class SampledOracle : SmoothedOracle
{
    // Seeds of certifiers are usually small numbers, unlike this one.
    private const int VerificationSalt = 0x5EED_0A77;

    private readonly AttackOptions _options;
    private readonly SubsetSampler _sampler;
    private readonly SampledSession _fresh;
    private VoteLease<IVoteSource>? _votes;

    /// <param name="host">The host.</param>
    /// <param name="certifier">The smoothed classifier.</param>
    /// <param name="model">The model that it is part of.</param>
    /// <param name="candidates">The model's input.</param>
    /// <param name="options">The seed, and the numbers of votes.</param>
    public SampledOracle(IHost host, SmoothedCertifierTransformer certifier, ITransformer model, CandidateView candidates, AttackOptions options)
        : base(certifier, ForLooks(certifier), model, candidates)
    {
        _options = options;
        _sampler = new SubsetSampler(Looks.Mathematics.D, Looks.Mathematics.K);
        SmoothedCertifierTransformer fresh = certifier.WithOptions(certifier.Options with
        {
            Seed = options.Seed ^ VerificationSalt,
            SecretSeed = null,
            Plan = SamplingPlan.Fixed(certifier.Options.Plan.SelectionCount, options.VerificationVotes),
        });
        _fresh = (SampledSession)fresh.Bind(CertifierChain.InputOf(certifier, model, candidates).Schema);
        Fresh = new ModelOracle(host, CertifierChain.With(model, fresh), candidates, options, fresh.Options);
    }

    public override ModelOracle Fresh { get; }

    public override PatchUnit? CertifiedPatch => null;

    private SampledSession Looks => (SampledSession)Session;

    public override IMargin MarginOf(AttackTarget target, int votes)
    {
        // Where there are no more ablations than votes, each is asked once.
        (AblationStage stage, int count) = SubsetEnumerator.TryCount(_sampler.D, Looks.Mathematics.K, votes, out long all)
            ? (AblationStage.Exact, (int)all)
            : (AblationStage.Estimation, votes);
        return new SampledMargin(target, _votes!.Value.Source, Encoder.Layout, _sampler, KeyOf(target.Original), stage, count, _options.KeepsAnswers);
    }

    public override Func<uint, int, int[][]> AblationsOf(float[] original)
    {
        AblationKey key = KeyOf(original);
        return (first, count) => [.. Enumerable.Range(0, count).Select(i => _sampler.Sample(key, AblationStage.View, first + (uint)i).ToArray())];
    }

    /// <summary>For sampled votes a binomial test at α/(c − 1) decides; for exact votes a class that is level counts too.</summary>
    protected override bool IsAhead(int[] votes, int other, int ofClass) => _fresh.ExactCount is not null
        ? votes[other] >= votes[ofClass]
        : votes[other] > votes[ofClass] && !BinomialTest.IsUndecided(votes[other], votes[ofClass], _fresh.Options.Alpha / (votes.Length - 1));

    protected override void Open(DataViewRow row) => _votes = Looks.OpenVotes(row);

    protected override void Close() => _votes?.Dispose();

    protected override void Release()
    {
        base.Release();
        _fresh.ReleaseVotes();
    }

    private AblationKey KeyOf(float[] original) => AblationKey.Compute((ulong)_options.Seed, PlanarOf(original));

    /// <summary>Margins are computed from votes per class, whatever the rule.</summary>
    private static SmoothedCertifierTransformer ForLooks(SmoothedCertifierTransformer certifier)
        => certifier.WithOptions(certifier.Options with { Rule = CertificationRule.Majority });
}
