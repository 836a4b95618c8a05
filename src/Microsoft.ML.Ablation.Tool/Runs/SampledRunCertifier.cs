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
        CertificationRule own = manifest.KnownRule();
        Ballot ballot = manifest.KnownBallot();
        var options = new CertificationOptions
        {
            Rule = claims.Rule ?? own,
            Alpha = claims.Alpha ?? manifest.Alpha,
            LowerBoundShare = manifest.LowerBoundShare,
            TopCount = manifest.TopCount,
        };
        if (VoteRule.Of(options.Rule).Ballot != ballot)
        {
            throw new ArgumentException(ballot == Ballot.Plurality
                ? $"Rule {options.Rule} needs the contests between classes, but the run has only votes; certify with --rule {options.Rule} in a new run."
                : $"Rule {options.Rule} needs votes, but the run has the contests between classes, as rule {own} counts them; certify in a new run.");
        }
        _certifier = new VoteCertifier(manifest.Positions, manifest.RetainedPixels, manifest.Plan.ToPlan(), options);
        _length = ballot.CountLength(manifest.Classes.Count);
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
