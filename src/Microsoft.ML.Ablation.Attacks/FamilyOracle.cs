using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A classifier that is smoothed by a fixed family of masks. All masks are asked, so that margins are exact, and the model itself verifies a success.</summary>
internal sealed class FamilyOracle : SmoothedOracle
{
    private readonly AttackOptions _options;
    private readonly int[] _order;
    private VoteLease<IMaskScoreSource>? _scores;

    /// <param name="certifier">The smoothed classifier.</param>
    /// <param name="model">The model that it is part of.</param>
    /// <param name="candidates">The model's input.</param>
    /// <param name="options">The seed.</param>
    public FamilyOracle(SmoothedCertifierTransformer certifier, ITransformer model, CandidateView candidates, AttackOptions options)
        : base(certifier, certifier.WithOptions(certifier.Options), model, candidates)
    {
        _options = options;
        _order = [.. Enumerable.Range(0, Masks.Family.Count)];
        new Random(options.Seed).Shuffle(_order);
        CertifiedPatch = Masks.CertifiesPatches ? new PatchUnit(certifier.Options.PatchHeight, certifier.Options.PatchWidth) : null;
    }

    public override ModelOracle? Fresh => null;

    public override PatchUnit? CertifiedPatch { get; }

    private FamilySession Masks => (FamilySession)Session;

    public override IMargin MarginOf(AttackTarget target, int votes) => new FamilyMargin(target, Masks, _scores!.Value.Source, _options.KeepsAnswers);

    /// <summary>All masks, or where fewer are asked for the next ones of them in a random order, which begins again at its end.</summary>
    public override Func<uint, int, int[][]> AblationsOf(float[] original) => (first, count) =>
    [
        .. Enumerable.Range(0, Math.Min(count, _order.Length)).Select(i => Masks.Family.Retained(_order[(first + i) % _order.Length]).ToArray()),
    ];

    /// <summary>A class that is level takes the place, too: certificates exclude it.</summary>
    protected override bool IsAhead(int[] votes, int other, int ofClass) => votes[other] >= votes[ofClass];

    protected override void Open(DataViewRow row) => _scores = Masks.OpenScores(row);

    protected override void Close() => _scores?.Dispose();
}
