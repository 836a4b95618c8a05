using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Certifies texts from the answers to all masks of their words, or from counted votes of random ones; each text has its own number of positions.</summary>
internal sealed class WordRunCertifier : RunCertifier
{
    private readonly WordManifest _manifest;
    private readonly WordPartition? _partition;
    private readonly WordShare? _share;
    private readonly SamplingPlan? _plan;
    private readonly CertificationOptions _options;
    private readonly int _length;
    private readonly Dictionary<int, VoteCertifier> _certifiers = [];

    /// <param name="manifest">The run.</param>
    /// <param name="claims">What is claimed.</param>
    /// <exception cref="InvalidDataException">The manifest names what this version does not know, or is incomplete.</exception>
    /// <exception cref="ArgumentException">The run does not have what the claims need.</exception>
    public WordRunCertifier(WordManifest manifest, RunClaims claims)
    {
        _manifest = manifest;
        if (claims.Against is not null || claims.Patch is not null)
            throw new ArgumentException($"{(claims.Against is null ? "--patch" : "--against")} is for runs of images, but the rows of this one are texts; leave it out.");
        _partition = manifest.Words.ToPartition();
        if (_partition is not null)
        {
            _options = new CertificationOptions { Rule = MaskRunCertifier.RuleOf(manifest, claims, manifest.HasScores == true, manifest.ScoreThreshold), TopCount = manifest.TopCount };
            return;
        }
        if (manifest is not { Ballot: { } name, Plan: { } plan, Alpha: { } alpha, LowerBoundShare: { } lowerBoundShare } || !Enum.TryParse(name, out Ballot ballot))
            throw new InvalidDataException("The run has random ablations of words, but not all that says how they vote.");
        (_share, _plan, _length) = (manifest.Words.ToShare(), plan.ToPlan(), ballot.CountLength(manifest.Classes.Count));
        _options = SampledRunCertifier.OptionsOf(manifest, ballot, alpha, lowerBoundShare, claims);
    }

    public override VotingScheme Scheme => new WordScheme(_options.Rule, _partition, _share, _plan, _partition is null ? _options.Alpha : null);

    protected override RowResult Conclude(RunRow row)
    {
        if (row.Words is not { } words || words < 1)
            throw new InvalidDataException("It does not say how many words it has.");
        if (_partition is not null)
        {
            MaskFamily family = _partition.FamilyOf(words);
            MaskAnswers answers = AnswerText.ToAnswers(RunManifest.RowOf<MaskRow>(row).Answers, family.Count, _manifest.Classes.Count, _manifest.ScoreThreshold is not null);
            return FamilySession.Conclude(new PositionAttack(family), answers, _options.Rule, _options.TopCount);
        }
        SampledRow counted = RunManifest.RowOf<SampledRow>(row);
        int[] selection = CountPairs.ToCounts(counted.Selection, _length), estimation = CountPairs.ToCounts(counted.Estimation, _length);
        VoteCertifier certifier = ForLength(words);
        // A first stage without votes: the text has so few ablations that all were asked.
        return counted.Selection.Length == 0
            ? certifier.ConcludeExactly(estimation)
            : certifier.Conclude(certifier.Certify(selection, estimation), selection, estimation);
    }

    private VoteCertifier ForLength(int words)
    {
        if (!_certifiers.TryGetValue(words, out VoteCertifier? known))
            _certifiers[words] = known = new VoteCertifier(words, _share!.Value.RetainedOf(words), _plan!, _options);
        return known;
    }
}
