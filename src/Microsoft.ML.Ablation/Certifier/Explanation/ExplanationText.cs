using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>An explanation in plain words.</summary>
/// <param name="row">The explanation.</param>
/// <param name="session">The certifier.</param>
internal sealed class ExplanationText(CertificateExplanation row, CertifyingSession session)
{
    private const int MostListed = 5;

    private readonly VoteRule _rule = VoteRule.Of(row.Rule);

    private string Ablations => row.Masks.Count > 0 ? "masks" : "ablations";

    public override string ToString() => string.Join('\n', new[] { Statement(), Chance(), RuleInWords(), Votes(), Competitor(), Next(), Importance() }.OfType<string>());

    private string Statement()
    {
        if (row.Abstained)
            return $"There is no answer: the votes do not settle the class. Most speak for '{row.Explained.Name}'.";
        string answer = $"The answer is '{row.PredictedClass}'";
        return row.CertifiedRadius switch
        {
            < 0 => $"{answer}, without a certificate: nothing is known of changed inputs.",
            0 => $"{answer}, for exactly this input: a single change may make it another.",
            int radius => $"{answer}. No {session.ChangeWithin(radius, row.Positions.Count)} {Consequence()}.",
        };
    }

    private string Consequence() => _rule.Places(session.Options.TopCount) is int places and > 1
        ? $"drives it out of the {places} classes with most votes"
        : "makes it another";

    private string? Chance()
    {
        if (row.Abstained)
            return null;
        string certainty = row.Alpha is { } alpha
            ? FormattableString.Invariant($"This is false with a chance of at most {alpha:P1}, because {row.SampleCount:N0} random ablations stand for all of them.")
            : FormattableString.Invariant($"This is certain: all {row.VoteCount:N0} {Ablations} were asked, and nothing was left to chance.");
        return $"{certainty} It says what the model answers, not whether that is right.";
    }

    private string RuleInWords() => $"Rule {row.Rule}: {_rule.InWords}.";

    private string Votes()
    {
        ClassVotes[] most = [.. row.Classes.OrderByDescending(votes => votes.Votes).Take(MostListed)];
        string counted = _rule.Ballot == Ballot.Plurality ? "Votes" : "Wins in the closest contest";
        string listed = string.Join(", ", most.Select(votes => FormattableString.Invariant($"'{votes.Name}' {votes.Votes:N0}")));
        return FormattableString.Invariant($"{counted}, of {row.VoteCount:N0} {Ablations}: {listed}{(most.Length < row.Classes.Count ? ", …" : "")}.");
    }

    private string Competitor() => row.Competitor.Behind switch
    {
        0 => $"Closest competitor: '{row.Competitor.Name}', as many.",
        < 0 and int ahead => FormattableString.Invariant($"Closest competitor: '{row.Competitor.Name}', {-ahead:N0} ahead."),
        int behind => FormattableString.Invariant($"Closest competitor: '{row.Competitor.Name}', {behind:N0} behind."),
    };

    private string Next() => row.Next is { } next
        ? FormattableString.Invariant($"Radius {next.Radius} would take {next.MoreVotes:N0} more of the {Ablations} for '{row.Explained.Name}'")
            + FormattableString.Invariant($" (a lower bound of {next.LowerBound:0.000} instead of {row.LowerBound:0.000}).")
        : row.Selected != row.Explained.Name ? $"The first votes selected '{row.Selected}' to be certified, and the later ones do not speak for it."
        : FormattableString.Invariant($"No votes of {row.VoteCount:N0} {Ablations} reach a larger radius.");

    private string? Importance()
    {
        IReadOnlyList<PositionImportance> most = row.MostImportant(MostListed);
        if (most.Count == 0)
            return null;
        string among = row.HasAllAblations ? $"all {row.ImportanceCount:N0} {Ablations}" : $"{row.ImportanceCount:N0} random ablations";
        return FormattableString.Invariant($"What the lead over '{row.Competitor.Name}' comes from, by {among}: ") + $"{string.Join(", ", most.Select(InWords))}.";
    }

    private string InWords(PositionImportance position)
    {
        string name = position.Name is { } known ? $"'{known}'"
            : row.PixelOf(position.Position) is (int y, int x) ? $"pixel ({y}, {x})" : $"position {position.Position}";
        string error = position.StandardError is > 0 and double deviation ? FormattableString.Invariant($" ± {deviation:0.00}") : "";
        return FormattableString.Invariant($"{name} {position.Importance:+0.00;−0.00;0.00}{error}");
    }
}
