using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Certifies rows from counted votes. Under another α certificates are those of the look at which the run stopped.</summary>
internal sealed class SampledRunCertifier : RunCertifier
{
    private readonly SampledManifest _manifest;
    private readonly VoteCertifier _certifier;
    private readonly int _length;

    /// <param name="manifest">The run.</param>
    /// <param name="claims">What is claimed.</param>
    /// <exception cref="InvalidDataException">The manifest names a rule or a ballot that this version does not know.</exception>
    /// <exception cref="ArgumentException">The run did not count what the rule needs, or α is out of its range.</exception>
    public SampledRunCertifier(SampledManifest manifest, RunClaims claims)
    {
        _manifest = manifest;
        if (claims.Against is not null || claims.Patch is not null)
            throw new ArgumentException($"{(claims.Against is null ? "--patch" : "--against")} is for runs of fixed masks, but this one has random ablations, which certify changed positions; leave it out.");
        Ballot ballot = manifest.KnownBallot();
        CertificationOptions options = OptionsOf(manifest, ballot, manifest.Alpha, manifest.LowerBoundShare, claims);
        _certifier = new VoteCertifier(manifest.Positions, manifest.RetainedPixels, manifest.Plan.ToPlan(), options);
        _length = ballot.CountLength(manifest.Classes.Count);
    }

    /// <summary>What is claimed of random ablations.</summary>
    /// <param name="manifest">The run.</param>
    /// <param name="ballot">What it counted.</param>
    /// <param name="alpha">Its α.</param>
    /// <param name="lowerBoundShare">The share of α for the lower bound.</param>
    /// <param name="claims">What is claimed.</param>
    /// <exception cref="ArgumentException">The run did not count what the rule needs.</exception>
    public static CertificationOptions OptionsOf(RunManifest manifest, Ballot ballot, double alpha, double lowerBoundShare, RunClaims claims)
    {
        CertificationRule own = manifest.KnownRule(), rule = claims.Rule ?? own;
        if (VoteRule.Of(rule).Ballot != ballot)
        {
            throw new ArgumentException(ballot == Ballot.Plurality
                ? $"Rule {rule} needs the contests between classes, but the run has only votes; certify with --rule {rule} in a new run."
                : $"Rule {rule} needs votes, but the run has the contests between classes, as rule {own} counts them; certify in a new run.");
        }
        return new CertificationOptions { Rule = rule, Alpha = claims.Alpha ?? alpha, LowerBoundShare = lowerBoundShare, TopCount = manifest.TopCount };
    }

    public override VotingScheme Scheme => new SampledScheme(_manifest.Positions, _manifest.RetainedPixels, _manifest.Plan.ToPlan(), _certifier.Options);

    protected override RowResult Conclude(RunRow row)
    {
        SampledRow counted = RunManifest.RowOf<SampledRow>(row);
        int[] selection = CountPairs.ToCounts(counted.Selection, _length), estimation = CountPairs.ToCounts(counted.Estimation, _length);
        return _manifest.ExactCount is not null
            ? _certifier.ConcludeExactly(estimation)
            : _certifier.Conclude(_certifier.Certify(selection, estimation), selection, estimation);
    }
}
