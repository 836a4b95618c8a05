using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Certifies the rows of a run from what was counted, without the network.</summary>
internal sealed class RunCertifier
{
    private readonly RunManifest _manifest;
    private readonly VoteCertifier _certifier;
    private readonly int _length;

    /// <param name="manifest">The run.</param>
    /// <param name="rule">Another rule than the run's; null for the run's.</param>
    /// <param name="alpha">Another α.</param>
    /// <exception cref="InvalidDataException">The manifest names a rule or a ballot that this version does not know.</exception>
    /// <exception cref="ArgumentException">The run did not count what the rule needs, or α is out of its range.</exception>
    public RunCertifier(RunManifest manifest, CertificationRule? rule = null, double? alpha = null)
    {
        _manifest = manifest;
        if (!Enum.TryParse(manifest.Rule, out CertificationRule own) || !Enum.TryParse(manifest.Ballot, out Ballot ballot))
            throw new InvalidDataException($"The run has the rule '{manifest.Rule}' and the ballot '{manifest.Ballot}', which this version does not know.");
        var options = new CertificationOptions
        {
            Rule = rule ?? own,
            Alpha = alpha ?? manifest.Alpha,
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

    public CertificationOptions Options => _certifier.Options;

    /// <summary>The row's class and certificate. Under another α they are those of the look at which the run stopped.</summary>
    /// <exception cref="InvalidDataException">The counts are not those of the run's plan.</exception>
    public RowResult Certify(RunRow row)
    {
        try
        {
            int[] selection = CountPairs.ToCounts(row.Selection, _length), estimation = CountPairs.ToCounts(row.Estimation, _length);
            return _manifest.ExactCount is not null
                ? _certifier.ConcludeExactly(estimation)
                : _certifier.Conclude(_certifier.Certify(selection, estimation), selection, estimation);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"Row {row.Row} of the run is inconsistent: {exception.Message}", exception);
        }
    }
}
