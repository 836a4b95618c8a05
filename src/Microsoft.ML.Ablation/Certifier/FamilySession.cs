using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with a fixed family of masks: each is asked once, and the certificate holds without chance. Keys only tell rows apart.</summary>
internal sealed class FamilySession : VectorSession
{
    private readonly MaskAttack _attack;

    /// <exception cref="ArgumentException">The options ask for patches, but the rows are no images.</exception>
    public FamilySession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, MaskAblationTransformer ablation, VoteEngine engine)
        : base(host, options, binding, AblationSeed.OfNumber(0), engine)
    {
        Family = ablation.Family;
        CertifiesPatches = options.Attack switch
        {
            CertifiedAttack.Auto => ablation.IsAgainstPatches,
            CertifiedAttack attack => attack == CertifiedAttack.Patch,
        };
        _attack = CertifiesPatches ? PatchAttackOn(binding, Family, options) : new PositionAttack(Family);
    }

    /// <summary>The masks.</summary>
    public MaskFamily Family { get; }

    /// <summary>Whether radii are sizes of patches; else numbers of positions.</summary>
    public bool CertifiesPatches { get; }

    public override RowVoter Open(DataViewRow input) => new FamilyVoter(this, OpenScores(input));

    public override IEnumerable<RowInquiry> Inquire(DataViewRowCursor rows)
    {
        var row = new KeyedRow(Binding, Seed, rows);
        using VoteLease<IMaskScoreSource> source = OpenScores(rows);
        IReadOnlyList<string>? names = Binding.PositionNames();
        while (rows.MoveNext())
        {
            CheckAlive();
            _ = row.Key;
            float[] scores = source.Source.Score(row.Planar);
            yield return new MaskInquiry(_attack, scores, AnswersOf(scores), Options, mask => Family.Retained(mask).ToArray(), Family.D, names);
        }
    }

    public override string ChangeWithin(int radius, int positions) => CertifiesPatches
        ? $"patch of up to {radius * Options.PatchHeight} × {radius * Options.PatchWidth} pixels, wherever it is and whatever it shows,"
        : base.ChangeWithin(radius, positions);

    /// <summary>The scores of a cursor's rows; the cursor disposes them.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public VoteLease<IMaskScoreSource> OpenScores(DataViewRow input) => Engine.Open(Binding, input, new ScoreSourceMaker(Family));

    /// <summary>The answers that scores are.</summary>
    public MaskAnswers AnswersOf(float[] scores) => MaskAnswers.OfScores(scores, Binding.ClassCount, Options.ScoreThreshold);

    /// <summary>What the answers to all masks say of a row.</summary>
    public RowResult Conclude(MaskAnswers answers) => Conclude(_attack, answers, Options.Rule, Options.TopCount);

    /// <summary>The same for attacks of one kind, wherever the answers come from.</summary>
    public static RowResult Conclude(MaskAttack attack, MaskAnswers answers, CertificationRule rule, int topCount)
    {
        VoteRule decided = VoteRule.Of(rule);
        int[] counts = answers.Counts(decided.Ballot);
        CertifiedPrediction certified = MaskFamilyCertificate.Certify(attack, answers, counts, rule, topCount);
        return new RowResult(certified, decided.AnswerOf(certified, counts), decided.Ballot, new int[counts.Length], counts, answers.Count, answers.Count)
        {
            Answers = answers,
        };
    }

    public override void LogReach(IChannel channel)
    {
        var unanimous = MaskAnswers.OfClasses(new int[Family.Count], Binding.ClassCount);
        int largest = MaskFamilyCertificate.Certify(_attack, unanimous, Options.Rule == CertificationRule.Top ? CertificationRule.Gap : Options.Rule, topCount: 1).Radius;
        channel.Info(CertifiesPatches
            ? $"{Family}: each is asked once for a row, without chance; no certificate exceeds {Size(largest)}."
            : $"{Family}: each is asked once for a row, without chance; no radius exceeds {largest}.");
    }

    private string Size(int radius) => $"a patch of {radius * Options.PatchHeight} × {radius * Options.PatchWidth}";

    private static PatchAttack PatchAttackOn(BaseClassifierBinding binding, MaskFamily family, SmoothedCertifierOptions options)
    {
        FeatureLayout layout = binding.Encoder.Layout;
        if (!layout.HasSides)
        {
            throw new ArgumentException($"A patch is a part of an image, but column '{binding.FeatureColumn.Name}' does not tell its rows and columns; certify changed positions "
                + "(SmoothedCertifierOptions.Attack = Positions), give the column dimensions, or declare the Shape of the image.");
        }
        return new PatchAttack(family, (layout.Shape.Height, layout.Shape.Width), (options.PatchHeight, options.PatchWidth));
    }
}
