using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The margin of a classifier that is smoothed by random ablations, over some of them, the same for every candidate. If a candidate differs from the
/// accepted one in a few pixels, only the answers to ablations that show one of them can change: k/d of all for a single pixel.
/// Only these ablations are classified again.
/// </summary>
internal sealed class SampledMargin : IMargin
{
    private readonly AttackTarget _target;
    private readonly IVoteSource _source;
    private readonly FeatureLayout _layout;
    private readonly int _label;
    private readonly AblationKey _key;
    private readonly AblationStage _stage;
    private readonly bool _keepsAnswers;
    private readonly List<uint>[] _samplesAt;
    private readonly int[] _answers;
    private readonly bool[] _isAsked;
    private readonly int[] _votes;
    private readonly int[] _nextVotes;
    private readonly float[] _planar;
    private readonly float[] _nextPlanar;
    private uint[] _asked = [];
    private int[] _nextAnswers = [];
    private bool _isNew = true;

    /// <param name="target">The model, at the row under attack.</param>
    /// <param name="votes">The base classifier's answers.</param>
    /// <param name="layout">The slots of each position that the certifier ablates.</param>
    /// <param name="sampler">Draws the ablations.</param>
    /// <param name="key">Their key.</param>
    /// <param name="stage">Their stage.</param>
    /// <param name="count">Their number.</param>
    /// <param name="keepsAnswers">Whether only ablations that show a changed pixel are classified again.</param>
    public SampledMargin(AttackTarget target, IVoteSource votes, FeatureLayout layout, SubsetSampler sampler, AblationKey key, AblationStage stage, int count, bool keepsAnswers)
    {
        _keepsAnswers = keepsAnswers;
        (_target, _source, _layout, _label, _key, _stage) = (target, votes, layout, target.Label, key, stage);
        _samplesAt = [.. Enumerable.Range(0, sampler.D).Select(_ => new List<uint>())];
        for (uint sample = 0; sample < count; sample++)
        {
            foreach (int position in sampler.Sample(key, stage, sample))
                _samplesAt[position].Add(sample);
        }
        _answers = new int[count];
        _isAsked = new bool[count];
        _votes = new int[target.Classes.Count];
        _nextVotes = new int[target.Classes.Count];
        _planar = new float[target.PlanarLength];
        _nextPlanar = new float[target.PlanarLength];
    }

    public double Uncertainty => _stage == AblationStage.Exact ? 0 : 2 / Math.Sqrt(_answers.Length);

    public double Of(float[] candidate)
    {
        _target.ReadPlanar(candidate, _nextPlanar);
        _asked = Touched();
        _votes.CopyTo(_nextVotes, 0);
        _nextAnswers = _asked.Length == 0 ? [] : Ask();
        for (int i = 0; i < _asked.Length; i++)
        {
            if (!_isNew)
                _nextVotes[_answers[_asked[i]]]--;
            _nextVotes[_nextAnswers[i]]++;
        }
        int other = _nextVotes.Where((_, index) => index != _label).Max();
        return (double)(_nextVotes[_label] - other) / _answers.Length;
    }

    public void Accept()
    {
        for (int i = 0; i < _asked.Length; i++)
            _answers[_asked[i]] = _nextAnswers[i];
        _nextVotes.CopyTo(_votes, 0);
        _nextPlanar.CopyTo(_planar, 0);
        _isNew = false;
        _asked = [];
    }

    private int[] Ask()
    {
        _target.Count(_asked.Length);
        return _source.Answer(_nextPlanar, _key, _stage, _asked);
    }

    /// <summary>
    /// The samples that show a pixel in which the candidate differs from the accepted one; all if no answers are kept.
    /// </summary>
    private uint[] Touched()
    {
        if (_isNew || !_keepsAnswers)
            return [.. Enumerable.Range(0, _answers.Length).Select(sample => (uint)sample)];
        Array.Clear(_isAsked);
        int count = 0;
        for (int position = 0; position < _samplesAt.Length; position++)
        {
            if (!_layout.Differs(_planar, _nextPlanar, position))
                continue;
            foreach (uint sample in _samplesAt[position])
            {
                if (!_isAsked[sample])
                    count++;
                _isAsked[sample] = true;
            }
        }
        var touched = new uint[count];
        for (uint sample = 0, at = 0; at < count; sample++)
        {
            if (_isAsked[sample])
                touched[at++] = sample;
        }
        return touched;
    }
}
