using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>Asks a smoothed classifier about single ablations, and about candidates with fresh votes of another seed.</summary>
internal sealed class SmoothedOracle : IDisposable
{
    // Seeds of certifiers are usually small numbers, unlike this one.
    private const int VerificationSalt = 0x5EED_0A77;

    private readonly CandidateView _candidates;
    private readonly IDataView _input;
    private readonly SampledSession _looks;
    private readonly SampledSession _fresh;
    private DataViewRowCursor? _row;
    private VoteLease<IVoteSource>? _votes;

    /// <param name="host">The host.</param>
    /// <param name="certifier">The smoothed classifier.</param>
    /// <param name="model">The model that it is part of.</param>
    /// <param name="candidates">The model's input.</param>
    /// <param name="options">The seed, and the number of fresh votes.</param>
    public SmoothedOracle(IHost host, SmoothedCertifierTransformer certifier, ITransformer model, CandidateView candidates,
        AttackOptions options)
    {
        _candidates = candidates;
        _input = CertifierChain.InputOf(certifier, model, candidates);
        // Margins are computed from votes per class, whatever the rule.
        _looks = (SampledSession)certifier.WithOptions(certifier.Options with { Rule = CertificationRule.Majority }).Bind(_input.Schema);
        RetainedCount = _looks.Mathematics.K;
        SmoothedCertifierTransformer fresh = certifier.WithOptions(certifier.Options with
        {
            Seed = options.Seed ^ VerificationSalt,
            SecretSeed = null,
            Plan = SamplingPlan.Fixed(certifier.Options.Plan.SelectionCount, options.VerificationVotes),
        });
        _fresh = (SampledSession)fresh.Bind(_input.Schema);
        Fresh = new ModelOracle(host, CertifierChain.With(model, fresh), candidates, options, fresh.Options);
    }

    public AblationEncoder Encoder => _looks.Binding.Encoder;

    public int RetainedCount { get; }

    /// <summary>The base classifier, if it has gradients.</summary>
    public IGradientClassifier? GradientModel => _looks.Binding.DirectModel as IGradientClassifier;

    /// <summary>The base classifier's answers to ablations of the current row.</summary>
    public IVoteSource Votes => _votes!.Value.Source;

    /// <summary>The same model with votes of another seed.</summary>
    public ModelOracle Fresh { get; }

    /// <summary>The number of places under the rule Top; null under another rule.</summary>
    public int? Places => VoteRule.Of(_fresh.Options.Rule).Places(_fresh.Options.TopCount);

    /// <summary>
    /// The number of classes ahead of a class. For sampled votes a binomial test at α/(c − 1) decides; for exact votes a class
    /// that is level counts too.
    /// </summary>
    public int CountAhead(int[] votes, int ofClass)
    {
        bool isExact = _fresh.ExactCount is not null;
        double alpha = _fresh.Options.Alpha / (votes.Length - 1);
        return Enumerable.Range(0, votes.Length).Count(other => other != ofClass && (isExact
            ? votes[other] >= votes[ofClass]
            : votes[other] > votes[ofClass] && !BinomialTest.IsUndecided(votes[other], votes[ofClass], alpha)));
    }

    /// <summary>Reads the columns of the current row that the base classifier needs beside its features.</summary>
    public void MoveTo(float[] original)
    {
        CloseRow();
        _candidates.Show([original]);
        _row = SingleCursor.Open(_input, _input.Schema.Where(column => _looks.Binding.Dependencies().Contains(column.Index)));
        _row.MoveNext();
        _votes = _looks.OpenVotes(_row);
    }

    /// <summary>The values that the certifier reads of a candidate, in channel-major order.</summary>
    public void ReadPlanar(float[] candidate, float[] planar)
    {
        _candidates.Show([candidate]);
        using DataViewRowCursor cursor = SingleCursor.Open(_input, [_looks.Binding.FeatureColumn]);
        cursor.MoveNext();
        VBuffer<float> features = default;
        cursor.GetGetter<VBuffer<float>>(_looks.Binding.FeatureColumn)(ref features);
        Encoder.ReadRow(features, 0, planar);
    }

    public void Dispose()
    {
        CloseRow();
        _looks.ReleaseVotes();
        _fresh.ReleaseVotes();
    }

    private void CloseRow()
    {
        _votes?.Dispose();
        _row?.Dispose();
    }
}
