using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>
/// The certificate of one row, explained: what is certain, how the votes stand, what a larger radius needs, and which positions the lead comes from. Its
/// <see cref="ToString"/> says so in plain words.
/// </summary>
/// <remarks>Made by <see cref="SmoothedCertifierTransformer.Explain"/>.</remarks>
public sealed class CertificateExplanation
{
    private readonly CertifyingSession _session;
    private readonly RowResult _result;
    private readonly string[] _names;

    private CertificateExplanation(CertifyingSession session, RowInquiry row, int ablations)
    {
        _session = session;
        _names = ClassNames.Of(session.Binding.PredictedLabel);
        _result = row.Certify();
        int own = _result.Abstained || _result.Certified.IsCertified ? _result.Certified.SelectedClass : _result.PredictedClass;
        int competitor = row.CompetitorOf(_result, own);
        int[] votes = _result.EstimationVotes();
        Classes = [.. RowInquiry.LeadsOf(_result, own).Select((lead, i) => new ClassVotes(_names[i], votes[i], lead))];
        (Explained, Competitor) = (Classes[own], Classes[competitor]);
        Alpha = row.IsCertain ? null : session.Options.Alpha;
        // Only the class that the first votes selected can be certified, and PREDICT may answer another one.
        Next = own == _result.Certified.SelectedClass ? row.Next(_result) : null;
        Masks = row.Masks(_names);
        IReadOnlyList<AblationLead> leads = row.Leads(own, competitor, ablations, out bool areAll);
        (ImportanceCount, HasAllAblations) = (leads.Count, areAll);
        Positions = AblationLead.ImportanceOf(leads, row.Names, row.Positions, areAll);
    }

    /// <summary>Explains a row.</summary>
    /// <param name="session">The certifier on the row's schema.</param>
    /// <param name="row">The row.</param>
    /// <param name="ablations">How many ablations tell which positions matter, where there are more.</param>
    internal static CertificateExplanation Of(CertifyingSession session, RowInquiry row, int ablations) => new(session, row, ablations);

    /// <summary>The name of the predicted class; null where the certifier abstains.</summary>
    public string? PredictedClass => _result.Abstained ? null : _names[_result.PredictedClass];

    /// <summary>Whether there is no answer.</summary>
    public bool Abstained => _result.Abstained;

    /// <summary>The certified radius; −1 where there is no certificate.</summary>
    public int CertifiedRadius => _result.Certified.Radius;

    /// <summary>What the radius counts.</summary>
    public CertifiedAttack Attack => _session is FamilySession { CertifiesPatches: true } ? CertifiedAttack.Patch : CertifiedAttack.Positions;

    /// <summary>The rule of the certificate.</summary>
    public CertificationRule Rule => _session.Options.Rule;

    /// <summary>α, the largest chance that the certificate is wrong; null where it holds without chance.</summary>
    public double? Alpha { get; }

    /// <summary>p̲ of the certificate, as the column LowerBound has it.</summary>
    public double LowerBound => _result.Certified.LowerBound;

    /// <summary>How many ablations had a vote in the certificate; masks, where they are fixed.</summary>
    public int VoteCount => _result.EstimationCount;

    /// <summary>Calls of the base classifier that the certificate took; the explanation took some more.</summary>
    public int SampleCount => _result.SampleCount;

    /// <summary>What speaks for each class, in the order of the classes.</summary>
    public IReadOnlyList<ClassVotes> Classes { get; }

    /// <summary>The class that everything here is about: the predicted one; where the certifier abstains the one that it tried to certify.</summary>
    public ClassVotes Explained { get; }

    /// <summary>The class that has the least to win to catch up with it.</summary>
    public ClassVotes Competitor { get; }

    /// <summary>How far the row is from the next larger radius; null where no other votes, as many as there are, reach it.</summary>
    public NextRadius? Next { get; }

    /// <summary>The class that was tried to be certified.</summary>
    internal string Selected => _names[_result.Certified.SelectedClass];

    /// <summary>How much each position matters for the lead of <see cref="Explained"/> over <see cref="Competitor"/>.</summary>
    public IReadOnlyList<PositionImportance> Positions { get; }

    /// <summary>From how many ablations <see cref="Positions"/> was estimated.</summary>
    public int ImportanceCount { get; }

    /// <summary>Whether these are all ablations, so that it is exact.</summary>
    public bool HasAllAblations { get; }

    /// <summary>The fixed masks with their answers; none where ablations are random.</summary>
    public IReadOnlyList<ExplainedMask> Masks { get; }

    /// <summary>Where a position is in the image; null where positions are no pixels.</summary>
    /// <param name="position">The index of the position.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public (int Row, int Column)? PixelOf(int position)
    {
        if (position < 0 || position >= Positions.Count)
            throw new ArgumentOutOfRangeException(nameof(position), position, $"position is {position}; it must be from 0 to {Positions.Count - 1}.");
        return !_session.Binding.AblatesWords && _session.Binding.Encoder.Layout is { HasSides: true, Shape.Width: var width } ? (position / width, position % width) : null;
    }

    /// <summary>The positions that matter most, for the lead or against it, the first one most.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<PositionImportance> MostImportant(int count = 10)
        => [.. Positions.Where(position => position.Importance is not null).OrderByDescending(position => Math.Abs(position.Importance!.Value)).Take(count)];

    /// <summary>The explanation in some lines of plain words.</summary>
    public override string ToString() => new ExplanationText(this, _session).ToString();
}
