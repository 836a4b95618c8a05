using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The margin of a classifier that is smoothed by fixed masks: exact, as a share of all masks. It is the smallest lead of the true class over another, in votes or in contests. Leads
/// are whole numbers, which most changes leave as they are, so scores decide between equal leads: a search then sees in which direction masks are lost.
/// </summary>
internal sealed class FamilyMargin : IMargin
{
    private readonly AttackTarget _target;
    private readonly FamilySession _session;
    private readonly IMaskScoreSource _source;
    private readonly VoteRule _leads;
    private readonly bool _keepsAnswers;
    private readonly int _label;
    private readonly float[] _planar;
    private readonly float[] _nextPlanar;
    private double _margin = double.NaN;
    private double _nextMargin;

    /// <param name="target">The model, at the row under attack.</param>
    /// <param name="session">The certifier.</param>
    /// <param name="source">The scores of the current row's masks.</param>
    /// <param name="keepsAnswers">Whether a candidate that looks like the accepted one through every mask is answered without asking.</param>
    public FamilyMargin(AttackTarget target, FamilySession session, IMaskScoreSource source, bool keepsAnswers)
    {
        (_target, _session, _source, _keepsAnswers, _label) = (target, session, source, keepsAnswers, target.Label);
        // The answer is the class that leads, whatever the rule certifies of it: these rules' threats have the leads as margins.
        _leads = VoteRule.Of(VoteRule.Of(session.Options.Rule).Ballot == Ballot.Contests ? CertificationRule.Condorcet : CertificationRule.Gap);
        _planar = new float[target.PlanarLength];
        _nextPlanar = new float[target.PlanarLength];
    }

    public double Uncertainty => 0;

    public double Of(float[] candidate)
    {
        _target.ReadPlanar(candidate, _nextPlanar);
        _nextMargin = _keepsAnswers && !double.IsNaN(_margin) && !IsChangeSeen() ? _margin : Ask();
        return _nextMargin;
    }

    public void Accept()
    {
        _nextPlanar.CopyTo(_planar, 0);
        _margin = _nextMargin;
    }

    private double Ask()
    {
        _target.Count(_session.Family.Count);
        float[] scores = _source.Score(_nextPlanar);
        MaskAnswers answers = _session.AnswersOf(scores);
        int[] others = [.. Enumerable.Range(0, answers.ClassCount).Where(other => other != _label)];
        long[] leads = [.. _leads.Threats(answers, _label).Select(threat => threat.Margin)];
        long least = leads.Min();
        double preference = others.Where((_, i) => leads[i] == least).Min(other => Preference(scores, answers.ClassCount, other));
        // Under the rule Top with several places a class is answered that shares the first place.
        bool isAnswered = least > 0 || least == 0 && _session.Conclude(answers).PredictedClass == _label;
        // More than 0 only if the true class is answered: a preference is more than 0 and at most 1, or a lead would not be more than 0.
        return (least - (isAnswered && least == 0 ? 0 : 1) + preference) / answers.Count;
    }

    /// <summary>How clearly masks prefer the true class to another: the mean of the logistic function of the difference of their scores, one half where there is no answer.</summary>
    private double Preference(float[] scores, int classes, int other)
    {
        double sum = 0;
        for (int first = 0; first < scores.Length; first += classes)
        {
            double difference = (double)scores[first + _label] - scores[first + other];
            sum += double.IsNaN(difference) ? 0.5 : 1 / (1 + Math.Exp(-difference));
        }
        return sum * classes / scores.Length;
    }

    /// <summary>Whether the candidate differs from the accepted one in a position that some mask retains.</summary>
    private bool IsChangeSeen()
    {
        FeatureLayout layout = _session.Binding.Encoder.Layout;
        IReadOnlyList<int[]> masks = _session.Family.MasksOf;
        return Enumerable.Range(0, layout.Positions).Any(position => masks[position].Length > 0 && layout.Differs(_planar, _nextPlanar, position));
    }
}
