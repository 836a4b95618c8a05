using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The certified answer for the row that a cursor stands on.</summary>
internal sealed class CertifiedRow : IDisposable
{
    private readonly SmoothedCertifierTransformer _owner;
    private readonly BoundBaseClassifier _classifier;
    private readonly DataViewRow _input;
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private readonly IVoteSource _votes;
    private readonly Ballot _ballot;
    private readonly float[] _planar;
    private readonly VoteCertifier _certifier;
    private readonly int? _exactCount;
    private VBuffer<float> _features;
    private long _position = -1;
    private RowResult _current;
    private long _keyPosition = -1;
    private AblationKey _key;

    public CertifiedRow(SmoothedCertifierTransformer owner, BoundBaseClassifier classifier, DataViewRow input)
    {
        _owner = owner;
        _classifier = classifier;
        _input = input;
        _getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[classifier.FeatureColumn.Index]);
        _votes = owner.VotesFor(classifier, input);
        _planar = new float[classifier.Encoder.Layout.Shape.Values];
        _certifier = owner.CertifierFor(classifier.Encoder.Layout.Positions);
        _exactCount = owner.ExactCount(_certifier.D);
        _ballot = Ballots.BallotOf(owner.Options.Rule);
    }

    /// <summary>The answer for the current row, computed once per position.</summary>
    public RowResult Current
    {
        get
        {
            if (_input.Position != _position)
            {
                _current = Certify();
                _position = _input.Position;
            }
            return _current;
        }
    }

    /// <summary>The key of the current row's ablations; the row is read once per position.</summary>
    public AblationKey Key
    {
        get
        {
            if (_input.Position != _keyPosition)
            {
                _getFeatures(ref _features);
                _classifier.Encoder.ReadRow(_features, _input.Position, _planar);
                _key = AblationKey.Compute(_owner.Seed, _planar);
                _keyPosition = _input.Position;
            }
            return _key;
        }
    }

    /// <summary>The first ablations of the current row's second stage, each with the class that the base classifier answers to it alone.</summary>
    public IReadOnlyList<AblationAnswer> Answers(int count)
    {
        AblationKey key = Key;
        var sampler = new SubsetSampler(_certifier.D, _certifier.K);
        return
        [
            .. Enumerable.Range(0, count).Select(i => new AblationAnswer(
                sampler.Sample(key, AblationStage.Estimation, (uint)i).ToArray(),
                Array.IndexOf(_votes.CountVotes(_planar, key, [new SampleRange(AblationStage.Estimation, (uint)i, 1)])[0], 1))),
        ];
    }

    /// <summary>The current row's values in channel-major order, after <see cref="Key"/> or <see cref="Current"/>.</summary>
    public ReadOnlySpan<float> Planar => _planar;

    /// <summary>Frees what votes are counted with, where it is this row's alone.</summary>
    public void Dispose()
    {
        if (_classifier.DirectModel is null)
            _votes.Dispose();
    }

    private RowResult Certify()
    {
        AblationKey key = Key;
        return _exactCount is { } count ? CertifyExactly(key, count) : CertifyFromSamples(key);
    }

    private RowResult CertifyExactly(AblationKey key, int count)
    {
        int[] votes = _votes.CountVotes(_planar, key, [new SampleRange(AblationStage.Exact, 0, count)], _ballot)[0];
        return RowResult.FromAll(_certifier, votes);
    }

    private RowResult CertifyFromSamples(AblationKey key)
    {
        SamplingPlan plan = _certifier.Plan;
        int[][] votes = _votes.CountVotes(_planar, key,
        [
            new SampleRange(AblationStage.Selection, 0, plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, plan.Looks[0]),
        ], _ballot);
        int[] selection = votes[0], estimation = votes[1];
        SamplingDecision decision = _certifier.Decide(selection, estimation);
        for (int drawn = plan.Looks[0]; !decision.IsFinal; drawn = decision.NextCount, decision = _certifier.Decide(selection, estimation))
        {
            var more = new SampleRange(AblationStage.Estimation, (uint)drawn, decision.NextCount - drawn);
            int[] fresh = _votes.CountVotes(_planar, key, [more], _ballot)[0];
            for (int i = 0; i < fresh.Length; i++)
                estimation[i] += fresh[i];
        }
        return RowResult.From(_certifier, decision.Prediction, selection, estimation);
    }
}

/// <summary>One ablation and the answer to it.</summary>
/// <param name="Retained">The retained positions.</param>
/// <param name="Class">The index of the class that the base classifier answers.</param>
internal readonly record struct AblationAnswer(int[] Retained, int Class);
